import type { PhotoCard, PhotoOverlay } from '../photos/photo-view.ts';
import type { UploadRules } from '../photos/upload-view.ts';

/** `site/landing`: the front page for visitors. */
export interface LandingPage {
  /** The live example, see `example-photo.ts`. */
  example: PhotoOverlay;
}

/** `site/home`: the front page for members. */
export interface HomePage {
  /** Newest first, at most a dozen. */
  newest: readonly PhotoCard[];
  /** Totals over all of the member's photos: `exact`, or at least so many. */
  counts: Readonly<Record<'photos' | 'detections' | 'lines', { count: number; exact: boolean }>>;
  limits: UploadRules;
}

/** `site/get-started`. */
export interface GetStartedPage {
  /** `BASE_URL`, for the example calls; without a slash at its end. */
  baseUrl: string;
  limits: UploadRules;
  /** `DETECTION_MIN_SCORE`, 0 to 1. */
  minScore: number;
}

/** `site/about`. */
export interface AboutPage {
  version: string;
  /** Whether the object detector is the one that comes with the program. */
  ownDetector: boolean;
  /** Whether the models run in a server of their own. */
  modelServer: boolean;
  /** `TRASH_DAYS`. */
  trashDays: number;
}

/** `site/contact`. */
export interface ContactPage {
  /** Who runs this server. Shown to members only: pass none for a visitor. */
  admins: readonly { name: string; email: string }[];
}
