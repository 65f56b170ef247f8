import type { Database } from '../database/database.ts';
import { containTerms, matchingKeys, type SearchTerm } from '../database/full-text.ts';
import type { Direction } from '../database/keyset.ts';

/** Photos whose text is looked at to tell how common words are. */
const SAMPLE = 200;

/** A stretch of photos by their `sequence`, and from which end it is walked. */
export interface Stretch {
  from: number;
  before: number | null;
  direction: Direction;
}

/** Which photos have certain words. Photos are named by their `sequence`. */
export class WordSearch {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The share of the photos that has the words, 0 to 1, from a look at some where a stretch begins. */
  async shareWith(terms: readonly SearchTerm[], { from, before, direction }: Stretch): Promise<number> {
    const stretch = this.#database('photo_texts')
      .where('sequence', '>=', from)
      .orderBy('sequence', direction)
      .limit(SAMPLE)
      .select('words');
    if (before !== null) stretch.where('sequence', '<', before);
    const row = await containTerms(this.#database(stretch.as('sample')), 'words', terms)
      .count({ count: '*' })
      .first();
    return Number(row?.count ?? 0) / SAMPLE;
  }

  /** The photos with the words; null when they are more than `most`. */
  async photosWith(terms: readonly SearchTerm[], most: number): Promise<number[] | null> {
    const rows: { sequence: number }[] = await matchingKeys(
      this.#database,
      'photo_texts',
      'sequence',
      'words',
      terms,
    ).limit(most + 1);
    return rows.length > most ? null : rows.map(({ sequence }) => Number(sequence));
  }

  /** Those of some photos that have the words. */
  async having(terms: readonly SearchTerm[], photos: readonly number[]): Promise<Set<number>> {
    const query = this.#database('photo_texts').whereIn('sequence', photos).select('sequence');
    const rows: { sequence: number }[] = await containTerms(query, 'words', terms);
    return new Set(rows.map(({ sequence }) => Number(sequence)));
  }
}
