import type { Verdict } from '../corrections/correction-state.ts';
import type { Detection } from '../inference/analysis.ts';

/** How the history can be sorted; each says by what, and which end comes first. */
export const DETECTION_SORTS = {
  newest: { order: 'time', direction: 'desc' },
  oldest: { order: 'time', direction: 'asc' },
  highest: { order: 'score', direction: 'desc' },
  lowest: { order: 'score', direction: 'asc' },
} as const;

export type DetectionSort = keyof typeof DETECTION_SORTS;

/** What a history is in the order of: the upload of the photos, or the scores. */
export type DetectionOrder = (typeof DETECTION_SORTS)[DetectionSort]['order'];

/** What detections are looked for by; everything that is set must hold. */
export interface DetectionFilter {
  label?: string | undefined;
  /** Id of the account whose photo it is in. */
  userId?: string | undefined;
  /** Part of the e-mail address of that account, in lower case. */
  user?: string | undefined;
  /** The photo's text has all these words; see `searchTerms`. */
  text?: string | undefined;
  /** Uploaded at or after. */
  from?: Date | undefined;
  /** Uploaded before. */
  before?: Date | undefined;
  /** 0 to 1, both included. */
  minScore?: number | undefined;
  maxScore?: number | undefined;
  /** Version of the object detector. */
  model?: string | undefined;
}

/** Where a detection stands in an order: its `sequence` or its score, and its id. */
export type DetectionPlace = readonly [value: number, id: number];

/** Which page of the history is asked for. */
export interface DetectionPageRequest {
  sort: DetectionSort;
  /** The page lies after this place (or before it, when `backward`); null for the first page. */
  cursor: DetectionPlace | null;
  backward: boolean;
  limit: number;
}

/** A part of the history, in the order of its sort. */
export interface DetectionSlice {
  entries: DetectionEntry[];
  /** What the page before ends before, and what the page after comes after; null at the ends. */
  previous: DetectionPlace | null;
  next: DetectionPlace | null;
}

/** A detection as admins see it: with the photo it is in, and whose that is. */
export interface DetectionEntry extends Detection {
  /** Grows with time. */
  id: number;
  photo: {
    id: string;
    /** Orders all photos by their upload. */
    sequence: number;
    filename: string;
    width: number;
    height: number;
    createdAt: Date;
  };
  user: { id: string; name: string; email: string };
  model: string | null;
  engine: string | null;
  /** What the owner of the photo said of it. */
  verdict: Verdict | null;
}
