import type { Knex } from 'knex';
import { exactText, instant } from '../src/database/dialect.ts';
import { addIndex, dropIndex } from '../src/database/indexes.ts';
import { dropUnfinished } from '../src/database/unfinished-migration.ts';

/** What a member's photos are searched by: how often a label is in which photo, with which score. */
const BY_LABEL = ['member_id', 'label', 'sequence', 'score'];

/** Searches that members keep, and the index that makes all searches for labels quick. */
export async function up(database: Knex): Promise<void> {
  await addIndex(database, 'detections', BY_LABEL);
  await dropUnfinished(database, ['saved_searches']);
  await database.schema.createTable('saved_searches', (table) => {
    exactText(database, table, 'id', 36).primary();
    exactText(database, table, 'member_id', 36).notNullable().references('members.id').onDelete('cascade');
    exactText(database, table, 'name', 60).notNullable();
    exactText(database, table, 'query', 400).notNullable();
    table.string('sort', 8).notNullable();
    instant(database, table, 'created_at').notNullable();
    table.unique(['member_id', 'name']);
  });
}

export async function down(database: Knex): Promise<void> {
  await database.schema.dropTableIfExists('saved_searches');
  await dropIndex(database, 'detections', BY_LABEL);
}
