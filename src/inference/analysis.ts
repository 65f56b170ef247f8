import type { Box, Quadrilateral } from '../imaging/geometry.ts';
import type { ModelName } from './model-manifest.ts';

/** One object found in a photo. */
export interface Detection {
  /** As the detector's labels have it: for the project's own the COCO names, `person` … `toothbrush`. */
  label: string;
  /** Confidence, 0 to 1. */
  score: number;
  box: Box;
}

/** One text line found in a photo. */
export interface Line {
  text: string;
  /** Mean confidence of the line's characters, 0 to 1. */
  score: number;
  polygon: Quadrilateral;
}

/** What can be looked for in a photo. */
export const TASKS = ['objects', 'text'] as const;
export type Task = (typeof TASKS)[number];

export interface AnalysisOptions {
  tasks: readonly Task[];
  /** Detections below this score (0 to 1) are left out; a higher one of their label's own counts instead. */
  minScore: number;
}

/**
 * Wall-clock milliseconds of each stage from when the photo's turn has come: other photos in work at the same time make
 * them longer. A stage that did not run is 0.
 */
export interface Timings {
  decodeMs: number;
  detectMs: number;
  readMs: number;
  totalMs: number;
}

/** The stages of an analysis; the total is all of it. */
export const STAGES = ['decode', 'detect', 'read', 'total'] as const;
export type Stage = (typeof STAGES)[number];

/** The stage that each model works in, in the order in which a photo meets them; the other stages need no model. */
export const STAGE_OF_MODEL: Readonly<Record<ModelName, Stage>> = {
  object_detector: 'detect',
  text_detector: 'read',
  text_recognizer: 'read',
};

/** Everything found in one photo. */
export interface Analysis {
  /** Size of the upright photo in pixels. */
  width: number;
  height: number;
  /** Best score first. */
  detections: Detection[];
  /** In reading order. */
  lines: Line[];
  /** Version of every model that took part, by model name. */
  models: Record<string, string>;
  engine: string;
  timings: Timings;
}

/** Milliseconds of the stages that ran. */
export function measuredTimes({ models, timings }: Pick<Analysis, 'models' | 'timings'>): [Stage, number][] {
  const { decodeMs, detectMs, readMs, totalMs } = timings;
  const times: [Stage, number][] = [['decode', decodeMs]];
  if ('object_detector' in models) times.push(['detect', detectMs]);
  if ('text_detector' in models) times.push(['read', readMs]);
  return [...times, ['total', totalMs]];
}
