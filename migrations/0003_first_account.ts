import type { Knex } from 'knex';
import { exactText } from '../src/database/dialect.ts';

/** At most one row, that of the first account: of several first ones at once, the database takes one. */
export async function up(database: Knex): Promise<void> {
  // One that an interrupted run left may lack its foreign key, which MySQL adds afterwards.
  await database.schema.dropTableIfExists('first_account');
  await database.schema.createTable('first_account', (table) => {
    table.integer('slot').primary();
    exactText(database, table, 'member_id', 36).notNullable().references('members.id').onDelete('cascade');
  });
  const first = await database('members').orderBy(['created_at', 'id']).first('id');
  if (first) await database('first_account').insert({ slot: 1, member_id: first.id });
}

export async function down(database: Knex): Promise<void> {
  await database.schema.dropTableIfExists('first_account');
}
