import type { Verdict } from '../corrections/correction-state.ts';
import type { DetectionEntry, DetectionSort } from './detection-history.ts';
import type { ExportFormat } from './detection-schemas.ts';

/** The filters of `/admin/detections` as they stand in the address; an empty string is one that is not set. */
export interface DetectionFields {
  label: string;
  userId: string;
  user: string;
  text: string;
  from: string;
  to: string;
  minScore: string;
  maxScore: string;
  model: string;
  sort: string;
}

/** Columns that can be chosen, beside the detection itself. */
export const DETECTION_COLUMNS = {
  score: 'Score',
  photo: 'Photo',
  user: 'User',
  uploaded: 'Uploaded',
  box: 'Box',
  model: 'Model',
  engine: 'Engine',
  verdict: 'Verdict',
} as const;

export type DetectionColumn = keyof typeof DETECTION_COLUMNS;

const DEFAULT_COLUMNS: readonly DetectionColumn[] = [
  'score',
  'photo',
  'user',
  'uploaded',
  'model',
  'verdict',
];

/** A detection, as a row of a table. */
export interface DetectionLine {
  id: number;
  label: string;
  score: number;
  photoId: string;
  photoHref: string;
  filename: string;
  /** What to show of the thumbnail, in pixels of the photo: a square around the box. */
  crop: { src: string; viewBox: string; width: number; height: number };
  box: string;
  user: { name: string; email: string; href: string };
  uploadedAt: string;
  model: string | null;
  engine: string | null;
  verdict: Verdict | null;
}

/** The head of a column that sorts, with the address that turns its order round. */
export interface SortHead {
  href: string;
  /** How the table is sorted by it now. */
  direction: 'ascending' | 'descending' | null;
}

/** `admin/detections`. */
export interface DetectionHistoryPage {
  rows: readonly DetectionLine[];
  columns: readonly { name: DetectionColumn; title: string; shown: boolean }[];
  filter: DetectionFields;
  errors: Partial<Record<keyof DetectionFields, string>>;
  chips: readonly { text: string; removeHref: string }[];
  /** What the label filter offers. */
  labels: readonly string[];
  sorts: Readonly<Record<'score' | 'uploaded', SortHead>>;
  exportHrefs: Readonly<Record<ExportFormat, string>>;
  /** Where the photos of all that is found can be analysed again. */
  reanalysisHref: string;
  /** Null at the ends. */
  previousHref: string | null;
  nextHref: string | null;
  /** Without filters, with the chosen columns. */
  clearHref: string;
}

/** The columns that an address asks for, in their own order; the usual ones where it asks for none. */
export function chosenColumns(asked: unknown): readonly DetectionColumn[] {
  const names = [asked].flat().flatMap((text) => (typeof text === 'string' ? text.split(',') : []));
  const chosen = (Object.keys(DETECTION_COLUMNS) as DetectionColumn[]).filter((name) => names.includes(name));
  return chosen.length > 0 ? chosen : DEFAULT_COLUMNS;
}

/** The address where the photos of all that a filter finds can be analysed again. */
export function reanalysisHref({ sort, ...filter }: DetectionFields): string {
  const set = Object.entries(filter).filter(([, value]) => value !== '');
  return ['/admin/reanalysis', new URLSearchParams(set).toString()].filter(Boolean).join('?');
}

/** The address of the page under a filter, with columns; what is not set stays out of it. */
export function detectionsHref(
  filter: DetectionFields,
  columns: readonly DetectionColumn[],
  more: Readonly<Record<string, string>> = {},
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    if (value !== '' && !(name === 'sort' && value === 'newest')) query.set(name, value);
  }
  if (columns.length > 0 && columns.join() !== DEFAULT_COLUMNS.join()) query.set('columns', columns.join());
  for (const [name, value] of Object.entries(more)) query.set(name, value);
  return query.size === 0 ? '/admin/detections' : `/admin/detections?${query}`;
}

/** One chip for each filter in force. The order is not a filter. */
export function detectionChips(
  filter: DetectionFields,
  columns: readonly DetectionColumn[],
): DetectionHistoryPage['chips'] {
  const percent = (score: string) => `${Math.round(Number(score) * 1000) / 10} %`;
  const words: Record<keyof DetectionFields, string | null> = {
    label: filter.label,
    userId: `account ${filter.userId.slice(0, 8)}…`,
    user: `e-mail with ${filter.user}`,
    text: `text with ${filter.text}`,
    from: `from ${filter.from}`,
    to: `to ${filter.to}`,
    minScore: `at least ${percent(filter.minScore)}`,
    maxScore: `at most ${percent(filter.maxScore)}`,
    model: `model ${filter.model}`,
    sort: null,
  };
  return (Object.keys(words) as (keyof DetectionFields)[])
    .filter((name) => words[name] !== null && filter[name] !== '')
    .map((name) => ({
      text: words[name] ?? '',
      removeHref: detectionsHref({ ...filter, [name]: '' }, columns),
    }));
}

/** The heads that sort: by the score or by the upload, the greatest first until it is asked again. */
export function sortHeads(
  filter: DetectionFields,
  columns: readonly DetectionColumn[],
): DetectionHistoryPage['sorts'] {
  const sort = filter.sort || 'newest';
  const head = (first: DetectionSort, second: DetectionSort): SortHead => ({
    href: detectionsHref({ ...filter, sort: sort === first ? second : first }, columns),
    direction: sort === first ? 'descending' : sort === second ? 'ascending' : null,
  });
  return { score: head('highest', 'lowest'), uploaded: head('newest', 'oldest') };
}

export function detectionLine(entry: DetectionEntry): DetectionLine {
  const { id, label, score, box, photo, user, model, engine, verdict } = entry;
  const side = Math.max(box.width, box.height) * 1.15;
  const [left, top] = [box.x + box.width / 2 - side / 2, box.y + box.height / 2 - side / 2];
  return {
    id,
    label,
    score,
    photoId: photo.id,
    photoHref: `/photos/${photo.id}`,
    filename: photo.filename,
    crop: {
      src: `/photos/${photo.id}/thumbnail`,
      viewBox: [left, top, side, side].map((value) => value.toFixed(1)).join(' '),
      width: photo.width,
      height: photo.height,
    },
    box: `${Math.round(box.width)} × ${Math.round(box.height)} at ${Math.round(box.x)}, ${Math.round(box.y)}`,
    user: { name: user.name, email: user.email, href: `/admin/users/${user.id}` },
    uploadedAt: photo.createdAt.toISOString(),
    model,
    engine,
    verdict,
  };
}
