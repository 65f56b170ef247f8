import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../errors.ts';
import { type Box, hundredths } from '../imaging/geometry.ts';
import type { Findings } from '../photos/photo.ts';
import { MOST_DETECTIONS } from './correction-limits.ts';
import {
  type CorrectionState,
  type StatedDetection,
  type StatedLine,
  stateOf,
  type Verdict,
} from './correction-state.ts';

/** What an owner does to the findings of a photo; `detection` and `line` are ids of its state. */
export type CorrectionAct =
  | { act: 'verdict'; detection: number; verdict: Verdict | null }
  | { act: 'verdict'; line: number; verdict: Verdict | null }
  | { act: 'label'; detection: number; label: string }
  | { act: 'box'; detection: number; box: Box }
  | { act: 'draw'; label: string; box: Box }
  | { act: 'remove'; detection: number }
  | { act: 'remove'; line: number }
  | { act: 'text'; line: number; text: string }
  | { act: 'as-detected' };

/** What made a step: an act, the import of a data set, or steps that are too old to be taken back one by one. */
export type StepKind = CorrectionAct['act'] | 'import' | 'earlier';

/** Sides of the smallest box that can be meant, in pixels of the photo. */
const LEAST_SIDE = 3;
/** How far a box may stand out by rounding, in pixels. */
const SLACK = 0.5;

interface Bounds {
  /** Size of the upright photo in pixels. */
  width: number;
  height: number;
}

/** What is corrected. */
interface Subject extends Bounds {
  findings: Pick<Findings, 'detections' | 'lines'>;
}

/**
 * The state after an act; the same object when the act changes nothing.
 * @throws {AppError} `invalid_input` for what is not in the state, for a box that is not in the photo, and for one object
 *   too many.
 */
export function afterAct(state: CorrectionState, act: CorrectionAct, photo: Subject): CorrectionState {
  if (act.act === 'as-detected') {
    const detected = stateOf(photo.findings);
    return isDeepStrictEqual(state, detected) ? state : detected;
  }
  if (act.act === 'draw') return withDrawn(state, act.label, boxWithin(photo, act.box));
  if ('line' in act) {
    const line = named(state.lines, act.line, 'line');
    const lines = replaced(state.lines, line, changedLine(line, act));
    return lines === state.lines ? state : { ...state, lines };
  }
  const detection = named(state.detections, act.detection, 'detection');
  const detections = replaced(state.detections, detection, changedDetection(detection, act, photo));
  return detections === state.detections ? state : { ...state, detections };
}

type DetectionAct = Extract<CorrectionAct, { detection: number }>;
type LineAct = Extract<CorrectionAct, { line: number }>;

/** null for one that is taken out. */
function changedDetection(
  detection: StatedDetection,
  act: DetectionAct,
  photo: Bounds,
): StatedDetection | null {
  switch (act.act) {
    case 'verdict':
      return { ...detection, verdict: act.verdict };
    case 'label':
      return act.label === detection.label ? detection : { ...detection, label: act.label, verdict: 'right' };
    case 'box':
      return { ...detection, box: boxWithin(photo, act.box), verdict: 'right' };
    case 'remove':
      return removed(detection);
  }
}

/** As `changedDetection`. */
function changedLine(line: StatedLine, act: LineAct): StatedLine | null {
  switch (act.act) {
    case 'verdict':
      return { ...line, verdict: act.verdict };
    case 'text':
      return act.text === line.text ? line : { ...line, text: act.text, verdict: 'right' };
    case 'remove':
      return removed(line);
  }
}

/** What a model found stays in sight as wrong; what was drawn or imported beside that is simply gone. */
function removed<Item extends StatedDetection | StatedLine>(item: Item): Item | null {
  return item.position === null ? null : { ...item, verdict: 'wrong' };
}

function withDrawn(state: CorrectionState, label: string, box: Box): CorrectionState {
  if (state.detections.length >= MOST_DETECTIONS)
    throw refused('box', `A photo can have at most ${MOST_DETECTIONS} objects.`);
  const id = Math.max(-1, ...state.detections.map((detection) => detection.id)) + 1;
  const drawn: StatedDetection = { id, label, box, score: null, position: null, verdict: 'right' };
  return { ...state, detections: [...state.detections, drawn] };
}

/** The same array when nothing is changed. */
function replaced<Item>(items: readonly Item[], old: Item, changed: Item | null): readonly Item[] {
  if (JSON.stringify(old) === JSON.stringify(changed)) return items;
  return items.flatMap((item) => (item === old ? (changed ?? []) : item));
}

function named<Item extends { id: number }>(items: readonly Item[], id: number, path: string): Item {
  const item = items.find((candidate) => candidate.id === id);
  if (item === undefined) throw refused(path, `There is no ${path} ${id} in this photo.`);
  return item;
}

function boxWithin(photo: Bounds, { x, y, width, height }: Box): Box {
  const size = `${photo.width} × ${photo.height} pixels`;
  if (x < -SLACK || x + width > photo.width + SLACK)
    throw refused('box.x', `The box must lie inside the photo, which has ${size}.`);
  if (y < -SLACK || y + height > photo.height + SLACK)
    throw refused('box.y', `The box must lie inside the photo, which has ${size}.`);
  if (width < LEAST_SIDE) throw refused('box.width', `The box must be at least ${LEAST_SIDE} pixels wide.`);
  if (height < LEAST_SIDE) throw refused('box.height', `The box must be at least ${LEAST_SIDE} pixels high.`);
  const [left, top] = [Math.max(0, x), Math.max(0, y)];
  return {
    x: hundredths(left),
    y: hundredths(top),
    width: hundredths(Math.min(x + width, photo.width) - left),
    height: hundredths(Math.min(y + height, photo.height) - top),
  };
}

function refused(path: string, message: string): AppError {
  return new AppError('invalid_input', message, { fields: [{ path, message }] });
}
