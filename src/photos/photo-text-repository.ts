import type { Knex } from 'knex';
import type { PhotoRow } from './photo-row.ts';
import { searchedText } from './searched-text.ts';

/** Makes the lines of a photo, in reading order, a text that is found. */
export async function keepText(
  transaction: Knex.Transaction,
  { id, sequence }: PhotoRow,
  lines: readonly { text: string }[],
): Promise<void> {
  if (lines.length === 0) return;
  const words = searchedText(lines.map(({ text }) => text));
  await transaction('photo_texts').insert({ sequence, photo_id: id, words });
}

/** Makes the text of a photo one that is not found any more. */
export async function dropText(transaction: Knex.Transaction, photoId: string): Promise<void> {
  await transaction('photo_texts').where({ photo_id: photoId }).delete();
}
