import type { Knex } from 'knex';
import { addColumn, dropColumn, setExact } from '../src/database/columns.ts';
import { exactLongText, exactText, instant } from '../src/database/dialect.ts';
import { addFullTextIndex, dropFullTextIndex } from '../src/database/full-text.ts';
import { addIndex, dropIndex } from '../src/database/indexes.ts';
import { foldText } from '../src/photos/folded-text.ts';
import { searchedText } from '../src/photos/searched-text.ts';
import { firstSequenceOf } from '../src/photos/sequence.ts';

const BATCH = 500;

interface OldPhoto {
  id: string;
  member_id: string;
  models: string | null;
  created_at: Date | number;
}

/**
 * Makes the record of photos and detections one that can be asked: one number that orders all photos, what each
 * detection is asked by in its own row, the words of each photo, and the trash.
 */
export async function up(database: Knex): Promise<void> {
  await addColumn(database, 'photos', 'deleted_at', (table) => instant(database, table, 'deleted_at'));
  await addColumn(database, 'photos', 'sequence', (table) => table.bigInteger('sequence'));
  await addColumn(database, 'detections', 'member_id', (table) =>
    exactText(database, table, 'member_id', 36),
  );
  await addColumn(database, 'detections', 'sequence', (table) => table.bigInteger('sequence'));
  await addColumn(database, 'detections', 'model', (table) => exactText(database, table, 'model', 40));
  await addColumn(database, 'detections', 'verdict', (table) => exactText(database, table, 'verdict', 8));
  // MySQL would find `Person` where `person` is asked for, and SQLite would not.
  await setExact(database, 'detections', 'label', 80, true);
  await dropUnfinishedTexts(database);
  if (!(await database.schema.hasTable('photo_texts'))) {
    await database.schema.createTable('photo_texts', (table) => {
      table.bigInteger('sequence').primary();
      exactText(database, table, 'photo_id', 36)
        .notNullable()
        .unique()
        .references('photos.id')
        .onDelete('cascade');
      exactLongText(database, table, 'words').notNullable();
    });
  }
  await addFullTextIndex(database, 'photo_texts', 'sequence', 'words');
  const numbered = await database('photos').max({ sequence: 'sequence' }).first();
  let newest = Number(numbered?.sequence ?? 0);
  for (let photos = await unnumbered(database); photos.length > 0; photos = await unnumbered(database)) {
    for (const photo of photos) newest = await number(database, photo, newest);
  }
  await dropColumn(database, 'text_lines', 'folded_text');
  await changeIndexes(database, 'up');
}

export async function down(database: Knex): Promise<void> {
  await changeIndexes(database, 'down');
  await dropFullTextIndex(database, 'photo_texts', 'words');
  await database.schema.dropTableIfExists('photo_texts');
  for (const column of ['member_id', 'sequence', 'model', 'verdict']) {
    await dropColumn(database, 'detections', column);
  }
  await setExact(database, 'detections', 'label', 80, false);
  // What is in the trash was deleted, as far as its owner knows. An interrupted run may have come further.
  if (await database.schema.hasColumn('photos', 'deleted_at'))
    await database('photos').whereNotNull('deleted_at').delete();
  await dropColumn(database, 'photos', 'sequence');
  await dropColumn(database, 'photos', 'deleted_at');
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

/**
 * Indexes that this migration makes, and the older ones that nothing asks any more. Those of the detections carry all that
 * a history is asked by, so that a search reads one index alone; see `detection-history-plan.ts`.
 */
const NEW = {
  photos: [['member_id', 'deleted_at', 'sequence'], ['deleted_at']],
  detections: [
    ['sequence', 'id', 'label', 'score', 'model', 'member_id'],
    ['score', 'id', 'sequence', 'label', 'model', 'member_id'],
    ['label', 'sequence', 'id', 'score', 'model', 'member_id'],
    ['member_id', 'sequence', 'id', 'label', 'score', 'model'],
    ['model', 'sequence', 'id', 'label', 'score', 'member_id'],
  ],
};
const OLD = ['member_id', 'created_at', 'id'];

async function changeIndexes(database: Knex, direction: 'up' | 'down'): Promise<void> {
  const [make, remove] = direction === 'up' ? [addIndex, dropIndex] : [dropIndex, addIndex];
  for (const [table, indexes] of Object.entries(NEW)) {
    for (const columns of indexes) await make(database, table, columns);
  }
  await make(database, 'photos', ['sequence'], 'unique');
  await remove(database, 'photos', OLD);
}

/** MySQL adds the keys of a table one after the other, and rows come last: one without rows may lack a key. */
async function dropUnfinishedTexts(database: Knex): Promise<void> {
  const isThere = await database.schema.hasTable('photo_texts');
  if (isThere && (await database('photo_texts').first('sequence'))) return;
  await dropFullTextIndex(database, 'photo_texts', 'words');
  if (isThere) await database.schema.dropTable('photo_texts');
}

function unnumbered(database: Knex): Promise<OldPhoto[]> {
  return database('photos')
    .whereNull('sequence')
    .orderBy(['created_at', 'id'])
    .limit(BATCH)
    .select('id', 'member_id', 'models', 'created_at');
}

/**
 * Gives a photo its number and returns it. The photos come oldest first, and one number is given once.
 * @param newest The number that was given last.
 */
async function number(
  database: Knex,
  { id, member_id, models, created_at }: OldPhoto,
  newest: number,
): Promise<number> {
  const sequence = Math.max(firstSequenceOf(new Date(created_at)), newest + 1);
  const { object_detector: model = null } = JSON.parse(models ?? '{}');
  await database('detections').where({ photo_id: id }).update({ member_id, sequence, model });
  const lines = await database('text_lines').where({ photo_id: id }).orderBy('position').select('text');
  await database('photo_texts').where({ photo_id: id }).delete();
  if (lines.length > 0) {
    const words = searchedText(lines.map(({ text }) => text));
    await database('photo_texts').insert({ sequence, photo_id: id, words });
  }
  // Last: who has a number is done.
  await database('photos').where({ id }).update({ sequence });
  return sequence;
}

function unfolded(database: Knex): Promise<{ id: number; text: string }[]> {
  return database('text_lines').whereNull('folded_text').orderBy('id').limit(BATCH).select('id', 'text');
}
