/** One photo in the trash. */
export interface TrashedPhoto {
  id: string;
  filename: string;
  bytes: number;
  /** Size of the upright photo in pixels. */
  width: number;
  height: number;
  /** ISO 8601, UTC. */
  deletedAt: string;
  /** When it is deleted for good; ISO 8601, UTC. */
  endsAt: string;
}

/** `photos/trash`. Posts `/trash/empty`, `/trash/:id/restore` and `/trash/:id/delete`. */
export interface TrashPage {
  /** Days that a photo stays here. */
  days: number;
  /** When the page was made; ISO 8601, UTC. Emptying the trash deletes what was in it then. */
  shownAt: string;
  /** Photos over all pages. */
  total: number;
  photos: readonly TrashedPhoto[];
  nextHref: string | null;
}
