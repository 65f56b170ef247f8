import type { Database } from '../database/database.ts';
import { containsText } from '../database/dialect.ts';
import { matchingKeys } from '../database/full-text.ts';
import { searchTerms } from '../photos/searched-text.ts';
import { firstSequenceOf } from '../photos/sequence.ts';
import type { DetectionFilter } from './detection-history.ts';

/** Some photos in the order of their upload, and how far that goes. */
export interface ChosenPhotos {
  ids: string[];
  /** The `sequence` to go on after; null when there are no more photos. */
  next: number | null;
}

/**
 * Finds the photos that a choice means, step by step, each of which takes about the same time whatever is asked. Label,
 * scores and version ask for a detection that has all of them; where none of these is set, photos without any detection
 * are meant too.
 */
export class PhotoChoices {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Looks at so many photos after a place and tells which of them are meant; those in the trash never are.
   * @param after The `sequence` that the photos come after.
   */
  async chosen(choice: DetectionFilter, after: number, count: number): Promise<ChosenPhotos> {
    const { from, before } = choice;
    const seen = this.#database('photos')
      .where('sequence', '>', Math.max(after, from ? firstSequenceOf(from) - 1 : 0))
      .orderBy('sequence')
      .limit(count)
      .select('id', 'sequence', 'member_id', 'deleted_at');
    if (before) seen.where('sequence', '<', firstSequenceOf(before));
    const last = await this.#database.from(seen.clone().as('seen')).max({ sequence: 'sequence' }).first();
    if (last?.sequence == null) return { ids: [], next: null };
    const next = Number(last.sequence);
    // Where one of them has been deleted since, as many photos would go further than `next`.
    const rows = await this.#meant(seen.where('sequence', '<=', next), choice);
    return { ids: rows.map(({ id }) => id), next };
  }

  async #meant(seen: ReturnType<Database>, choice: DetectionFilter): Promise<{ id: string }[]> {
    const { label, userId, user, text, minScore, maxScore, model } = choice;
    const query = this.#database.from(seen.as('seen')).where({ deleted_at: null }).orderBy('sequence');
    if (userId !== undefined) query.where({ member_id: userId });
    if (user !== undefined) {
      query.whereIn('member_id', containsText(this.#database('members').select('id'), 'email', user));
    }
    if (text !== undefined) {
      const terms = searchTerms(text);
      query.whereIn('sequence', matchingKeys(this.#database, 'photo_texts', 'sequence', 'words', terms));
    }
    if (asksForDetection(choice)) {
      query.whereExists((found) => {
        found.from('detections').whereRaw('detections.photo_id = seen.id').select('detections.id');
        if (label !== undefined) found.where('detections.label', label);
        if (minScore !== undefined) found.where('detections.score', '>=', minScore);
        if (maxScore !== undefined) found.where('detections.score', '<=', maxScore);
        if (model !== undefined) found.where('detections.model', model);
      });
    }
    return query.select<{ id: string }[]>('id');
  }
}

/** Whether only photos with a certain detection are meant. */
export function asksForDetection({ label, minScore, maxScore, model }: DetectionFilter): boolean {
  return [label, minScore, maxScore, model].some((asked) => asked !== undefined);
}
