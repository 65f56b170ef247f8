import type { Knex } from 'knex';
import { addColumn, dropColumn } from '../src/database/columns.ts';
import { exactLongText } from '../src/database/dialect.ts';
import { foldText } from '../src/photos/folded-text.ts';

const BATCH = 500;

/** How many frames a file has, and the text of its lines as it is searched. */
export async function up(database: Knex): Promise<void> {
  await addColumn(database, 'photos', 'frames', (table) =>
    table.integer('frames').unsigned().notNullable().defaultTo(1),
  );
  await addColumn(database, 'text_lines', 'folded_text', (table) =>
    exactLongText(database, table, 'folded_text'),
  );
  for (let lines = await unfolded(database); lines.length > 0; lines = await unfolded(database)) {
    for (const { id, text } of lines) {
      await database('text_lines')
        .where({ id })
        .update({ folded_text: foldText(text) });
    }
  }
}

export async function down(database: Knex): Promise<void> {
  await dropColumn(database, 'text_lines', 'folded_text');
  await dropColumn(database, 'photos', 'frames');
}

function unfolded(database: Knex): Promise<{ id: number; text: string }[]> {
  return database('text_lines').whereNull('folded_text').orderBy('id').limit(BATCH).select('id', 'text');
}
