import type { Box } from '../imaging/geometry.ts';
import { photoOverlay } from '../photos/overlay-view.ts';
import type { Findings } from '../photos/photo.ts';
import type { Mark, PhotoOverlay, ShownDetection, ShownLine, ShownPhoto } from '../photos/photo-view.ts';
import type { StepKind } from './correction-acts.ts';
import { type Corrections, canUndo } from './correction-service.ts';
import type { CorrectionState, StatedDetection, StatedLine, Verdict } from './correction-state.ts';

/** A form that was refused, as it goes back. */
export interface RefusedAct {
  message: string;
  /** Which form it was: its act, and what it was done to. */
  act: string;
  detection: string | null;
  line: string | null;
  values: Readonly<Record<string, string>>;
}

/** The fields of a box, as the form has them. */
type BoxFields = Record<'label' | 'x' | 'y' | 'width' | 'height', string>;

interface Row {
  id: number;
  mark: Mark | null;
  verdict: Verdict | null;
  /** Whether it is not in the models' answer: then it is removed, not judged. */
  added: boolean;
}

export interface DetectionCorrection extends Row {
  label: string;
  colour: string;
  score: number | null;
  fields: BoxFields;
  /** Whether its fields are in sight: those of a refused form are. */
  open: boolean;
}

export interface LineCorrection extends Row {
  text: string;
  score: number | null;
}

/** `corrections/correct`: a photo whose findings are corrected. Posts `action` and `undoAction`. */
export interface CorrectPage {
  filename: string;
  backHref: string;
  action: string;
  undoAction: string;
  version: string;
  overlay: PhotoOverlay;
  detections: readonly DetectionCorrection[];
  lines: readonly LineCorrection[];
  /** Of the form for what no model found. */
  drawn: BoxFields;
  drawOpen: boolean;
  labels: readonly string[];
  /** Whether anything is said of the findings. */
  corrected: boolean;
  /** What an undo takes back, in words; null when there is nothing. */
  undo: string | null;
  message: string | null;
}

/** In pixels of the photo: forms and data sets round boxes, and nobody has moved one that differs by less. */
const SEEN = 0.5;

const UNDO: Readonly<Record<Exclude<StepKind, 'earlier'>, string>> = {
  verdict: 'mark',
  label: 'label',
  box: 'box',
  draw: 'new object',
  remove: 'removal',
  text: 'text',
  'as-detected': 'all as detected',
  import: 'import',
};

/** The page on which a photo is corrected; with the form that was refused, if one was. */
export function correctPage(
  { photo, version, state, steps }: Corrections,
  pictures: Pick<PhotoOverlay, 'imageUrl' | 'thumbnailUrl'>,
  labels: readonly string[],
  refused: RefusedAct | null,
): CorrectPage {
  const base = `/photos/${photo.id}`;
  const shown = shownState(state, photo.findings);
  const overlay = photoOverlay({ ...photo, ...shown }, pictures);
  const [last] = steps;
  return {
    filename: photo.filename,
    backHref: base,
    action: `${base}/correct`,
    undoAction: `${base}/correct/undo`,
    version,
    overlay,
    detections: state.detections.map((detection, index) => {
      const own = refused?.detection === String(detection.id) ? refused : null;
      return {
        ...rowOf(detection, shown.detections[index]?.mark ?? null),
        label: detection.label,
        colour: overlay.detections[index]?.colour ?? '',
        score: detection.score,
        fields: { ...boxFields(detection), ...own?.values },
        open: own !== null,
      };
    }),
    lines: state.lines.map((line, index) => ({
      ...rowOf(line, shown.lines[index]?.mark ?? null),
      text: (refused?.line === String(line.id) && refused.values.text) || line.text,
      score: line.score,
    })),
    drawn: { label: '', x: '', y: '', width: '', height: '', ...(refused?.act === 'draw' && refused.values) },
    drawOpen: refused?.act === 'draw',
    labels,
    corrected: [...shown.detections, ...shown.lines].some(({ mark }) => mark !== null),
    undo: last === undefined || !canUndo(last) || last.kind === 'earlier' ? null : UNDO[last.kind],
    message: refused?.message ?? null,
  };
}

/** A photo with what its owner made of the findings, without what is wrong. */
export function asCorrected(photo: ShownPhoto, state: CorrectionState, findings: Findings): ShownPhoto {
  const shown = shownState(state, findings);
  const detections = shown.detections.filter(isThere).map(({ id, ...detection }) => detection);
  const lines = shown.lines.filter(isThere).map(({ id, ...line }) => line);
  const takenOut = {
    objects: detections.length === 0 && shown.detections.length > 0,
    lines: lines.length === 0 && shown.lines.length > 0,
  };
  return { ...photo, detections, lines, takenOut };
}

function isThere({ mark }: { mark?: Mark | null }): boolean {
  return mark !== 'wrong';
}

function shownState(
  { detections, lines }: CorrectionState,
  findings: Findings,
): { detections: ShownDetection[]; lines: ShownLine[] } {
  return {
    detections: detections.map((detection) => {
      const found = findings.detections[detection.position ?? -1];
      const { id, label, box, score } = detection;
      const same = found?.label === label && isSameBox(found.box, box);
      return { id, label, box, score, mark: markOf(detection, same) };
    }),
    lines: lines.map((line) => {
      const found = findings.lines[line.position ?? -1];
      const { id, text, polygon, score } = line;
      return { id, text, polygon, score, mark: markOf(line, found?.text === text) };
    }),
  };
}

/** @param asFound Whether it stands as the models have it. */
function markOf({ verdict, position }: StatedDetection | StatedLine, asFound: boolean): Mark | null {
  if (verdict === 'wrong') return 'wrong';
  if (position === null) return 'added';
  return asFound ? verdict : 'changed';
}

function isSameBox(a: Box, b: Box): boolean {
  return (['x', 'y', 'width', 'height'] as const).every((side) => Math.abs(a[side] - b[side]) < SEEN);
}

function rowOf({ id, verdict, position }: StatedDetection | StatedLine, mark: Mark | null): Row {
  return { id, mark, verdict, added: position === null };
}

function boxFields({ label, box }: StatedDetection): BoxFields {
  const side = (value: number) => String(Math.round(value * 10) / 10);
  return { label, x: side(box.x), y: side(box.y), width: side(box.width), height: side(box.height) };
}
