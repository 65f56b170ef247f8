import type { Knex } from 'knex';
import { addToCounts } from '../database/counts.ts';
import type { Database } from '../database/database.ts';
import { type CountedPhoto, DailyCounts } from './daily-count.ts';
import type { PhotoRow } from './photo-row.ts';

/** Photos that are counted at once. */
const BATCH = 500;

type CountedRow = Pick<
  PhotoRow,
  | 'id'
  | 'bytes'
  | 'status'
  | 'engine'
  | 'models'
  | 'decode_ms'
  | 'detect_ms'
  | 'read_ms'
  | 'total_ms'
  | 'created_at'
>;

/**
 * Makes a change to photos (their findings, their place in the trash, their end) and brings the counts of their days
 * up to date with it. To be the last that a transaction does: whoever counts on the same day waits for its end.
 *
 * @param photoIds All photos whose counts the change may touch.
 */
export async function counted<T>(
  transaction: Knex.Transaction,
  photoIds: readonly string[],
  change: () => Promise<T>,
): Promise<T> {
  const difference = new DailyCounts();
  for (const photo of await photosAsCounted(transaction, photoIds)) difference.add(photo, -1);
  const result = await change();
  for (const photo of await photosAsCounted(transaction, photoIds)) difference.add(photo, 1);
  await keep(transaction, difference);
  return result;
}

/** Counts a photo that the transaction has just added, and that has no findings yet. */
export async function countNew(
  transaction: Knex.Transaction,
  photo: { createdAt: Date; bytes: number },
): Promise<void> {
  const counts = new DailyCounts();
  counts.add({ ...photo, findings: null }, 1);
  await keep(transaction, counts);
}

/** Counts all photos anew. Nobody else may write meanwhile. */
export async function countAll(database: Database): Promise<void> {
  await database('daily_counts').delete();
  await database('daily_timings').delete();
  for (let last = 0; ; ) {
    const rows = await database<PhotoRow>('photos')
      .where('sequence', '>', last)
      .orderBy('sequence')
      .limit(BATCH)
      .select('id', 'sequence');
    const newest = rows.at(-1);
    if (newest === undefined) return;
    last = Number(newest.sequence);
    await database.transaction(async (transaction) => {
      const counts = new DailyCounts();
      const ids = rows.map(({ id }) => id);
      for (const photo of await photosAsCounted(transaction, ids)) counts.add(photo, 1);
      await keep(transaction, counts);
    });
  }
}

/**
 * What photos add to the counts. All is read with locks: the photos so that nobody changes them meanwhile, and the rest so
 * that MariaDB takes no snapshot, after which it would refuse to add to a count that somebody else has changed.
 */
async function photosAsCounted(
  transaction: Knex.Transaction,
  ids: readonly string[],
): Promise<CountedPhoto[]> {
  const rows: CountedRow[] = await transaction<PhotoRow>('photos')
    .whereIn('id', ids)
    .whereNull('deleted_at')
    .forUpdate()
    .select(
      'id',
      'bytes',
      'status',
      'engine',
      'models',
      'decode_ms',
      'detect_ms',
      'read_ms',
      'total_ms',
      'created_at',
    );
  const analysed = rows.filter(({ status }) => status === 'analysed').map(({ id }) => id);
  const detections = new Map<string, { label: string; score: number }[]>(analysed.map((id) => [id, []]));
  const lines = new Map<string, number>();
  if (analysed.length > 0) {
    const found = await transaction('detections')
      .whereIn('photo_id', analysed)
      .forUpdate()
      .select('photo_id', 'label', 'score');
    for (const { photo_id, label, score } of found) detections.get(photo_id)?.push({ label, score });
    const read = await transaction('text_lines')
      .whereIn('photo_id', analysed)
      .groupBy('photo_id')
      .forUpdate()
      .select('photo_id', transaction.raw('count(*) as number'));
    for (const { photo_id, number } of read) lines.set(photo_id, Number(number));
  }
  return rows.map((row) => {
    const found = detections.get(row.id);
    return {
      createdAt: new Date(row.created_at),
      bytes: row.bytes,
      findings: found ? findingsOf(row, found, lines.get(row.id) ?? 0) : null,
    };
  });
}

function findingsOf(
  row: CountedRow,
  detections: { label: string; score: number }[],
  lines: number,
): CountedPhoto['findings'] {
  return {
    detections,
    lines,
    engine: row.engine ?? '',
    models: JSON.parse(row.models ?? '{}'),
    timings: {
      decodeMs: row.decode_ms ?? 0,
      detectMs: row.detect_ms ?? 0,
      readMs: row.read_ms ?? 0,
      totalMs: row.total_ms ?? 0,
    },
  };
}

/** The days come first: who has the row of a day is alone with all others of that day, so that no two block each other. */
async function keep(transaction: Knex.Transaction, difference: DailyCounts): Promise<void> {
  const { days, counts, timings } = difference.rows();
  await addToCounts(transaction, 'daily_counts', days);
  await addToCounts(transaction, 'daily_counts', counts);
  await addToCounts(transaction, 'daily_timings', timings);
}
