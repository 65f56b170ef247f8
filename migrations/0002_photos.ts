import type { Knex } from 'knex';
import { exactText, instant } from '../src/database/dialect.ts';
import { dropUnfinished } from '../src/database/unfinished-migration.ts';

const CORNERS = ['top_left', 'top_right', 'bottom_right', 'bottom_left'];

const TABLES = ['photos', 'detections', 'text_lines'];

export async function up(database: Knex): Promise<void> {
  await dropUnfinished(database, TABLES);
  await database.schema.createTable('photos', (table) => {
    exactText(database, table, 'id', 36).primary();
    exactText(database, table, 'member_id', 36).notNullable().references('members.id').onDelete('cascade');
    table.string('filename', 255).notNullable();
    exactText(database, table, 'sha256', 64).notNullable();
    table.string('media_type', 40).notNullable();
    table.integer('bytes').unsigned().notNullable();
    table.integer('width').unsigned().notNullable();
    table.integer('height').unsigned().notNullable();
    table.string('status', 16).notNullable();
    table.string('error', 500);
    table.string('tasks', 40).notNullable();
    table.double('min_score').notNullable();
    table.string('engine', 40);
    table.text('models');
    table.double('decode_ms');
    table.double('detect_ms');
    table.double('read_ms');
    table.double('total_ms');
    instant(database, table, 'created_at').notNullable();
    instant(database, table, 'analysed_at');
    // One member, one picture: the database itself keeps two simultaneous uploads from becoming two photos.
    table.unique(['member_id', 'sha256']);
    table.index(['member_id', 'created_at', 'id']);
    table.index(['status', 'created_at']);
  });
  await database.schema.createTable('detections', (table) => {
    table.bigIncrements('id');
    exactText(database, table, 'photo_id', 36).notNullable().references('photos.id').onDelete('cascade');
    table.integer('position').unsigned().notNullable();
    table.string('label', 80).notNullable();
    for (const column of ['score', 'x', 'y', 'width', 'height']) table.double(column).notNullable();
    table.unique(['photo_id', 'position']);
    table.index(['photo_id', 'label', 'score']);
  });
  await database.schema.createTable('text_lines', (table) => {
    table.bigIncrements('id');
    exactText(database, table, 'photo_id', 36).notNullable().references('photos.id').onDelete('cascade');
    table.integer('position').unsigned().notNullable();
    table.text('text').notNullable();
    table.double('score').notNullable();
    for (const corner of CORNERS) {
      table.double(`${corner}_x`).notNullable();
      table.double(`${corner}_y`).notNullable();
    }
    table.unique(['photo_id', 'position']);
  });
}

export async function down(database: Knex): Promise<void> {
  for (const table of TABLES.toReversed()) await database.schema.dropTableIfExists(table);
}
