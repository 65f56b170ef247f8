import type { Knex } from 'knex';
import { exactText, instant } from '../src/database/dialect.ts';
import { dropUnfinished } from '../src/database/unfinished-migration.ts';

const TABLES = ['members', 'sessions', 'api_tokens'];

export async function up(database: Knex): Promise<void> {
  await dropUnfinished(database, TABLES);
  await database.schema.createTable('members', (table) => {
    exactText(database, table, 'id', 36).primary();
    table.string('name', 120).notNullable();
    exactText(database, table, 'email', 254).notNullable().unique();
    table.string('password_hash', 255).notNullable();
    table.string('role', 16).notNullable();
    instant(database, table, 'created_at').notNullable();
  });
  await database.schema.createTable('sessions', (table) => {
    exactText(database, table, 'sid', 255).primary();
    table.text('sess', 'mediumtext').notNullable();
    table.dateTime('expired').notNullable().index();
  });
  await database.schema.createTable('api_tokens', (table) => {
    exactText(database, table, 'id', 36).primary();
    exactText(database, table, 'member_id', 36).notNullable().references('members.id').onDelete('cascade');
    table.string('name', 120).notNullable();
    exactText(database, table, 'token_hash', 64).notNullable().unique();
    instant(database, table, 'created_at').notNullable();
    instant(database, table, 'expires_at');
    instant(database, table, 'last_used_at');
    table.index(['member_id', 'created_at']);
  });
}

export async function down(database: Knex): Promise<void> {
  for (const table of TABLES.toReversed()) await database.schema.dropTableIfExists(table);
}
