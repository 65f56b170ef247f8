import type { Knex } from 'knex';
import { exactLongText, exactText, instant } from '../src/database/dialect.ts';
import { dropUnfinished } from '../src/database/unfinished-migration.ts';

/** What members say of the program, and what they are answered. */
export async function up(database: Knex): Promise<void> {
  await dropUnfinished(database, ['feedback']);
  await database.schema.createTable('feedback', (table) => {
    // Grows with time: the inbox is read in its order.
    table.bigIncrements('id');
    // A message goes with the account of who wrote it, as all that is theirs.
    exactText(database, table, 'member_id', 36).notNullable().references('members.id').onDelete('cascade');
    exactText(database, table, 'photo_id', 36).references('photos.id').onDelete('set null');
    table.tinyint('rating').unsigned().notNullable();
    table.text('message').notNullable();
    // As `foldText` makes it: what the message is searched by.
    exactLongText(database, table, 'folded_message').notNullable();
    // new, read or answered.
    exactText(database, table, 'state', 8).notNullable();
    instant(database, table, 'created_at').notNullable();
    // Of the form and what stood in it, so that a form sent twice is kept once; null for what no form sent.
    exactText(database, table, 'submission', 64).unique();
    table.text('answer');
    instant(database, table, 'answered_at');
    // Null also when that admin's account is gone.
    exactText(database, table, 'answered_by', 36).references('members.id').onDelete('set null');
    table.index(['state', 'id']);
    table.index(['rating', 'id']);
    table.index(['member_id', 'id']);
    table.index(['created_at']);
    // So that photos and accounts are removed without reading every message.
    table.index(['photo_id']);
    table.index(['answered_by']);
  });
}

export async function down(database: Knex): Promise<void> {
  await database.schema.dropTableIfExists('feedback');
}
