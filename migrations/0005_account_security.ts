import type { Knex } from 'knex';
import { addColumn, dropColumn } from '../src/database/columns.ts';
import { exactText, instant } from '../src/database/dialect.ts';
import { dropUnfinished } from '../src/database/unfinished-migration.ts';

const TABLES = ['account_links', 'second_factors', 'recovery_codes', 'audit_entries', 'throttles'];

/** What protects accounts: links sent by mail, second factors, the audit log, throttles, suspension and quotas. */
export async function up(database: Knex): Promise<void> {
  await dropUnfinished(database, TABLES);
  await addColumn(database, 'members', 'suspended_at', (table) => instant(database, table, 'suspended_at'));
  // Null where the configured quota holds.
  await addColumn(database, 'members', 'quota_photos', (table) => table.integer('quota_photos').unsigned());
  await addColumn(database, 'members', 'quota_bytes', (table) => table.bigInteger('quota_bytes').unsigned());
  await addColumn(database, 'api_tokens', 'scope', (table) =>
    table.string('scope', 16).notNullable().defaultTo('write'),
  );
  await addColumn(database, 'sessions', 'member_id', (table) => exactText(database, table, 'member_id', 36));
  await addColumn(database, 'sessions', 'created_at', (table) => instant(database, table, 'created_at'));
  await addColumn(database, 'sessions', 'last_seen_at', (table) => instant(database, table, 'last_seen_at'));
  await addColumn(database, 'sessions', 'address', (table) => table.string('address', 64));
  await addColumn(database, 'sessions', 'device', (table) => table.string('device', 120));
  await database.schema.createTable('account_links', (table) => {
    exactText(database, table, 'id', 36).primary();
    table.string('purpose', 16).notNullable();
    // Null for an invitation, whose account is still to be made.
    exactText(database, table, 'member_id', 36).references('members.id').onDelete('cascade');
    exactText(database, table, 'email', 254).notNullable();
    // Of the account to be made when a registration is confirmed; null for every other purpose.
    table.string('name', 120);
    table.string('password_hash', 255);
    exactText(database, table, 'token_hash', 64).notNullable().unique();
    instant(database, table, 'created_at').notNullable();
    instant(database, table, 'expires_at').notNullable();
    table.index(['member_id', 'purpose']);
  });
  await database.schema.createTable('second_factors', (table) => {
    exactText(database, table, 'member_id', 36).primary().references('members.id').onDelete('cascade');
    table.string('secret', 255).notNullable();
    // Null until the member has shown that their device knows the secret.
    instant(database, table, 'enabled_at');
    // The last time step whose code was used: a code is good once.
    table.integer('last_step').unsigned();
  });
  await database.schema.createTable('recovery_codes', (table) => {
    exactText(database, table, 'member_id', 36).notNullable().references('members.id').onDelete('cascade');
    exactText(database, table, 'code_hash', 64).notNullable();
    table.primary(['member_id', 'code_hash']);
  });
  await database.schema.createTable('audit_entries', (table) => {
    table.bigIncrements('id');
    instant(database, table, 'at').notNullable();
    table.string('act', 40).notNullable();
    // No foreign keys: the log outlives the accounts, and names nobody whose account is gone.
    exactText(database, table, 'actor_id', 36);
    exactText(database, table, 'subject_id', 36);
    table.string('address', 64);
    table.string('details', 500);
    table.index(['act', 'id']);
    table.index(['actor_id', 'id']);
    table.index(['subject_id', 'id']);
    table.index(['at']);
  });
  await database.schema.createTable('throttles', (table) => {
    exactText(database, table, 'key', 255).primary();
    table.integer('points').notNullable();
    table.bigInteger('expire').unsigned();
  });
}

export async function down(database: Knex): Promise<void> {
  for (const table of TABLES.toReversed()) await database.schema.dropTableIfExists(table);
  for (const column of ['member_id', 'created_at', 'last_seen_at', 'address', 'device']) {
    await dropColumn(database, 'sessions', column);
  }
  await dropColumn(database, 'api_tokens', 'scope');
  for (const column of ['suspended_at', 'quota_photos', 'quota_bytes']) {
    await dropColumn(database, 'members', column);
  }
}
