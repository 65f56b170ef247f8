import type { Knex } from 'knex';
import { exactText, instant } from '../src/database/dialect.ts';
import { dropUnfinished } from '../src/database/unfinished-migration.ts';

/** What owners say of what was found in their photos, step by step, beside what the models said. */
export async function up(database: Knex): Promise<void> {
  await dropUnfinished(database, ['corrections']);
  await database.schema.createTable('corrections', (table) => {
    // Ascending: the newest step of a photo is what holds.
    table.bigIncrements('id');
    exactText(database, table, 'photo_id', 36).notNullable().references('photos.id').onDelete('cascade');
    exactText(database, table, 'member_id', 36).references('members.id').onDelete('set null');
    instant(database, table, 'made_at').notNullable();
    exactText(database, table, 'act', 16).notNullable();
    // The analysis whose positions stand in the state.
    instant(database, table, 'analysed_at').notNullable();
    table.text('state', 'longtext').notNullable();
    table.index(['photo_id', 'id']);
  });
}

export async function down(database: Knex): Promise<void> {
  await database.schema.dropTableIfExists('corrections');
  await database('detections').whereNotNull('verdict').update({ verdict: null });
}
