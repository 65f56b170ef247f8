import type { FormModel } from '../http/view-model.ts';

/** `photos/searches`: the saved searches, to be renamed and deleted. Posts `/searches/:id` and `/searches/:id/delete`. */
export interface SearchesPage {
  searches: readonly { id: string; name: string; query: string; href: string; sort: 'newest' | 'oldest' }[];
  /** A refused name, and of which search. */
  refused: { id: string; form: FormModel<'name'> } | null;
  /** A search that was not kept, to be tried again under another name; null when there is none. */
  unsaved: FormModel<'name' | 'query' | 'sort'> | null;
}
