import { countsOf, type ImportedPhoto, type ImportReport } from './import-report.ts';

/** Lines of a report that a page shows; the API gives them all. */
const MOST_LINES = 200;

/** What became of a data set, as the page tells it. */
export interface ImportOutcome {
  counts: Record<ImportedPhoto['outcome'], number>;
  /** What was said of all photos that were taken. */
  detections: number;
  lines: number;
  notes: readonly string[];
  /** Photos of which something is to be said, those that were refused first. */
  remarkable: readonly ImportedPhoto[];
  /** How many more of these there are. */
  more: number;
}

/** `datasets/import`. Posts multipart to `/photos/import`: `_csrf`, then `dataset`, a ZIP archive. */
export interface ImportPage {
  maxMb: number;
  maxPhotos: number;
  /** Boxes, and lines of text, of one photo. */
  maxOfPhoto: number;
  outcome: ImportOutcome | null;
  /** Why the data set was refused as a whole, else null. */
  message: string | null;
}

const ORDER = ['refused', 'incomplete', 'known', 'taken'] as const;

export function importOutcome(report: ImportReport): ImportOutcome {
  const remarkable = report.photos
    .filter(({ outcome, notes }) => outcome !== 'taken' || notes.length > 0)
    .sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
  const sum = (what: 'detections' | 'lines') =>
    report.photos.reduce((total, photo) => total + photo[what], 0);
  return {
    counts: countsOf(report),
    detections: sum('detections'),
    lines: sum('lines'),
    notes: report.notes,
    remarkable: remarkable.slice(0, MOST_LINES),
    more: Math.max(0, remarkable.length - MOST_LINES),
  };
}
