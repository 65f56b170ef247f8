import type { Knex } from 'knex';
import { exactLongText, exactText, instant } from '../src/database/dialect.ts';
import { dropUnfinished } from '../src/database/unfinished-migration.ts';

const TABLES = ['reanalyses', 'reanalysis_photos'];

/** Runs that analyse many photos again with the models of today. */
export async function up(database: Knex): Promise<void> {
  await dropUnfinished(database, TABLES);
  await database.schema.createTable('reanalyses', (table) => {
    table.bigIncrements('id');
    exactText(database, table, 'member_id', 36).references('members.id').onDelete('set null');
    table.string('state', 16).notNullable();
    // 1 for the run in force, null for all that have ended: the database itself keeps two from being in force.
    table.integer('in_force').unique();
    // As it was asked, in JSON; null where photos were named.
    exactLongText(database, table, 'filter');
    // Photos up to this sequence have been looked at whether they are meant.
    table.bigInteger('chosen_to').notNullable();
    table.bigInteger('done').notNullable();
    instant(database, table, 'started_at').notNullable();
    instant(database, table, 'ended_at');
  });
  await database.schema.createTable('reanalysis_photos', (table) => {
    table.bigInteger('reanalysis_id').unsigned().notNullable();
    exactText(database, table, 'photo_id', 36).notNullable().references('photos.id').onDelete('cascade');
    table.string('error', 500);
    table.string('state', 16).notNullable();
    table.primary(['reanalysis_id', 'photo_id']);
    table.index(['reanalysis_id', 'state']);
    table.foreign('reanalysis_id').references('reanalyses.id').onDelete('cascade');
  });
}

export async function down(database: Knex): Promise<void> {
  for (const table of TABLES.toReversed()) await database.schema.dropTableIfExists(table);
}
