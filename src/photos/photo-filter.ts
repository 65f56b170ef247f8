import type { Cursor } from '../database/cursor.ts';

/** Which photos of a member a list shows; everything that is set must hold. */
export interface PhotoFilter {
  /** Has a detection with this label (of at least `minScore`, when that is set). */
  label?: string | undefined;
  /** Has a text line that contains this, letter case and accents ignored. */
  text?: string | undefined;
  /** Uploaded at or after. */
  from?: Date | undefined;
  /** Uploaded before. */
  before?: Date | undefined;
  /** Has a detection of at least this score, 0 to 1. */
  minScore?: number | undefined;
}

export type PhotoSort = 'newest' | 'oldest';

/** One page of a list: how the list is sorted, where the page begins, which way it runs, how long it is. */
export interface PageRequest {
  sort: PhotoSort;
  /** The page lies after this place in the list (or before it, when `backward`); `null` for the first page. */
  cursor: Cursor | null;
  backward: boolean;
  limit: number;
}
