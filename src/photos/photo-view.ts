import type { CorrectedDetection, CorrectedLine } from '../corrections/corrected-findings.ts';
import type { SearchTerm } from '../database/full-text.ts';
import type { Box } from '../imaging/geometry.ts';
import { labelColour } from '../imaging/label-colours.ts';
import type { Timings } from '../inference/analysis.ts';
import type { Tag } from './first-view-tags.ts';
import { excerptOf, matchingLines, type TextPiece } from './text-match.ts';

/** What its owner made of something found: as it was found, not there, changed, or not found by any model. */
export type Mark = 'right' | 'wrong' | 'changed' | 'added';

interface Marked {
  /** Names it where it is corrected; else its place in the list does. */
  id?: number;
  /** null, or none, while its owner has said nothing of it. */
  mark?: Mark | null;
}

export interface ShownDetection extends CorrectedDetection, Marked {}

export interface ShownLine extends CorrectedLine, Marked {}

interface TakenOut {
  objects: boolean;
  lines: boolean;
}

/** A stored photo with what was found in it, as far as pages show it. */
export interface ShownPhoto {
  id: string;
  /** The name that it was uploaded under. */
  filename: string;
  mediaType: string;
  /** Frames or pages of the file; the first is what was analysed. */
  frames: number;
  /** Size of the upright photo in pixels; known as soon as it is stored. */
  width: number;
  height: number;
  bytes: number;
  sha256: string;
  status: 'queued' | 'analysed' | 'failed';
  /** For `failed`: what went wrong; for `queued`: what it waits for, where that is known. Safe to show. */
  error?: string | null;
  createdAt: Date;
  /** Best score first; empty unless analysed. */
  detections: readonly ShownDetection[];
  /** In reading order; empty unless analysed. */
  lines: readonly ShownLine[];
  /** For a photo as corrected: of what something was found, and all of it is marked as wrong. */
  takenOut?: TakenOut;
  /** Version of every model that took part, by name; null unless analysed. */
  models: Readonly<Record<string, string>> | null;
  engine: string | null;
  timings: Timings | null;
}

/** One label with how often it was found. */
export interface LabelChip {
  label: string;
  count: number;
  /** `#rrggbb`, the label's own colour. */
  colour: string;
}

/** One photo in a gallery: `partials/photo-card`. */
export interface PhotoCard {
  id: string;
  href: string;
  thumbnailUrl: string;
  filename: string;
  /** Size of the upright photo in pixels; gives the card its shape before the thumbnail arrives. */
  width: number;
  height: number;
  /** Its width over its height as classes of shape.css. */
  shape: string;
  status: 'queued' | 'analysed' | 'failed';
  /** ISO 8601, UTC. */
  createdAt: string;
  /** The most frequent first, at most three. */
  labels: readonly LabelChip[];
  /** Labels beyond those. */
  moreLabels: number;
  /** The beginning of the text that was read, or what of it was looked for; null when there was none. */
  excerpt: readonly TextPiece[] | null;
  /** Where what was looked for stands on the picture; null when nothing was. */
  marks: CardMarks | null;
  /** What the photo shows, in words. */
  alt: string;
}

/** Lines that are marked on a thumbnail. */
export interface CardMarks {
  /** The corners of each for an SVG `points` attribute, in pixels of the upright photo. */
  polygons: readonly string[];
  /** How the drawing fills the card, as the thumbnail does: for SVG's `preserveAspectRatio`. */
  fit: 'xMidYMid slice' | 'xMidYMid meet';
}

/** A detection as the overlay draws it and the panel lists it. */
export interface DetectionView {
  /** Place in the photo's detections; links box and row. */
  index: number;
  label: string;
  colour: string;
  /** Dark or light, whichever reads better on `colour`. */
  ink: string;
  /** null for one that no model found. */
  score: number | null;
  box: Box;
  mark: Mark | null;
  /** What the tag on the picture says, its width in its own pixels, and where it stands at first. */
  tag: Tag;
}

/** A text line as the overlay draws it and the panel lists it. */
export interface LineView {
  index: number;
  text: string;
  /** As for detections. */
  score: number | null;
  mark: Mark | null;
  /** The corners for an SVG `points` attribute, in pixels of the upright photo. */
  points: string;
  /** Bottom left of the line, its direction in degrees, and its size: where selectable text is laid. */
  x: number;
  y: number;
  angle: number;
  length: number;
  height: number;
}

/** A picture with what was found in it: `partials/overlay`, on the photo page and on the landing page. */
export interface PhotoOverlay {
  imageUrl: string;
  /** Shown while the picture loads; null where there is none. */
  thumbnailUrl: string | null;
  width: number;
  height: number;
  /** Its width over its height as classes of shape.css. */
  shape: string;
  alt: string;
  detections: readonly DetectionView[];
  lines: readonly LineView[];
  /** The most frequent first. */
  labels: readonly LabelChip[];
  /** All lines in reading order, joined by newlines. */
  text: string;
  /** Where the score slider begins: 0 to 100, not above any detection's score. */
  minPercent: number;
}

/** `photos/photo`: one photo with its result. Posts `/photos/:id/delete` and `/photos/:id/analyse`. */
export interface PhotoPage {
  id: string;
  filename: string;
  /** Whether its owner looks at it. */
  own: boolean;
  status: 'queued' | 'analysed' | 'failed';
  error: string | null;
  /** ISO 8601, UTC. */
  createdAt: string;
  bytes: number;
  sha256: string;
  overlay: PhotoOverlay;
  models: readonly { name: string; version: string }[];
  engine: string | null;
  timings: Timings | null;
  links: {
    original: string;
    /** Null where what is shown is not what the models found, which it draws. */
    annotated: string | null;
    json: string;
    remove: string;
    analyse: string;
    /** Null for who is not its owner. */
    feedback: string | null;
    /** Null for who may not correct it. */
    correct: string | null;
  };
  /** Which of the two is shown; null for a photo without corrections. */
  shownAs: 'detected' | 'corrected' | null;
  /** As of the photo. */
  takenOut: TakenOut;
  /** The next newer and the next older photo of the same member; null at the ends. */
  previousHref: string | null;
  nextHref: string | null;
}

/** The photos beside this one in its owner's history. */
export interface Neighbours {
  previousId: string | null;
  nextId: string | null;
}

const NARROWEST = 0.45;
const WIDEST = 4;
const LABELS_ON_CARD = 3;
const EXCERPT_LENGTH = 80;

/**
 * A photo as a gallery shows it.
 * @param terms What was looked for in its text.
 */
export function photoCard(photo: ShownPhoto, terms: readonly SearchTerm[] = []): PhotoCard {
  const labels = labelChips(photo.detections);
  const texts = photo.lines.map((line) => line.text);
  const matching = matchingLines(texts, terms);
  const beginning = texts.join(' ').slice(0, EXCERPT_LENGTH);
  const excerpt =
    matching.length > 0 ? excerptOf(matching, EXCERPT_LENGTH) : [{ text: beginning, marked: false }];
  const shape = shapeClasses(photo.width, photo.height);
  return {
    id: photo.id,
    href: `/photos/${photo.id}`,
    thumbnailUrl: `/photos/${photo.id}/thumbnail`,
    filename: photo.filename,
    width: photo.width,
    height: photo.height,
    shape,
    status: photo.status,
    createdAt: photo.createdAt.toISOString(),
    labels: labels.slice(0, LABELS_ON_CARD),
    moreLabels: Math.max(0, labels.length - LABELS_ON_CARD),
    excerpt: beginning === '' ? null : excerpt,
    marks:
      matching.length === 0
        ? null
        : {
            polygons: matching.map(({ index }) => pointsOf(photo.lines[index]?.polygon ?? [])),
            fit: shape.includes('shape-extreme') ? 'xMidYMid meet' : 'xMidYMid slice',
          },
    alt: describe(photo),
  };
}

function pointsOf(polygon: CorrectedLine['polygon'] | readonly []): string {
  return polygon.map(([x, y]) => `${Math.round(x)},${Math.round(y)}`).join(' ');
}

/** `4:3` as `shape shape-1 shape-d3 shape-c3`: its digits, because the CSP takes no style of a single element. */
export function shapeClasses(width: number, height: number): string {
  const ratio = width / height;
  const shown = Math.min(WIDEST, Math.max(NARROWEST, ratio));
  const [whole, tenths, hundredths] = shown.toFixed(2).replace('.', '');
  const digits = [`shape-${whole}`, `shape-d${tenths}`, `shape-c${hundredths}`];
  return [
    'shape',
    ...digits.filter((name) => !name.endsWith('0')),
    ...(shown === ratio ? [] : ['shape-extreme']),
  ].join(' ');
}

/** Labels with their counts: the most frequent first, then in the order in which they were found. */
export function labelChips(detections: readonly { label: string }[]): LabelChip[] {
  const counts = new Map<string, number>();
  for (const { label } of detections) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([label, count]) => ({ label, count, colour: labelColour(label) }));
}

/** What a photo shows, for those who do not see it. */
export function describe(photo: Pick<ShownPhoto, 'filename' | 'status' | 'detections' | 'lines'>): string {
  if (photo.status !== 'analysed') return `${photo.filename}, not analysed yet`;
  const labels = labelChips(photo.detections).map(({ label, count }) =>
    count === 1 ? label : `${count} × ${label}`,
  );
  if (photo.lines.length > 0) labels.push(photo.lines.length === 1 ? 'a line of text' : 'lines of text');
  return labels.length === 0 ? `${photo.filename}, nothing found` : `Photo with ${labels.join(', ')}`;
}
