import { setImmediate } from 'node:timers/promises';
import { csvText } from '../csv-text.ts';
import type { InboxEntry } from './inbox-read-model.ts';

const COLUMNS = [
  'id',
  'createdAt',
  'state',
  'rating',
  'message',
  'name',
  'email',
  'photoId',
  'answeredAt',
  'answeredBy',
  'answer',
];

/** Messages as CSV, piece by piece: as much of it is in memory as one batch. */
export async function* feedbackCsv(batches: AsyncIterable<InboxEntry[]>): AsyncGenerator<string> {
  yield csvText([COLUMNS]);
  for await (const entries of batches) {
    yield csvText(entries.map(csvRow));
    // An embedded database answers on this thread: whoever waits has a turn now.
    await setImmediate();
  }
}

function csvRow({ author, photo, answer, answeredBy, ...entry }: InboxEntry): unknown[] {
  return [
    ...[entry.id, entry.createdAt.toISOString(), entry.state, entry.rating, entry.message],
    ...[author.name, author.email, photo?.id],
    ...[answer?.at.toISOString(), answeredBy, answer?.text],
  ];
}
