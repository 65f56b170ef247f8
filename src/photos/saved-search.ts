import type { PhotoSort } from './photo-filter.ts';

/** A search that a member keeps under a name. */
export interface SavedSearch {
  id: string;
  /** Unlike that of the member's other searches. */
  name: string;
  /** As `queryOf` writes a filter; not empty. */
  query: string;
  sort: PhotoSort;
  createdAt: Date;
}
