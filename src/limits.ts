import type { AnalysisPatience } from './photos/analysis-patience.ts';

/** How much the program takes on; what comes beyond is refused or waits in the database. */
export interface Limits {
  /** Width times height above which a photo is refused. */
  maxPixels: number;
  /** Kept photos analysed side by side. */
  analysesAtOnce: number;
  /** Kept photos that wait in memory for their analysis. */
  maxWaitingPhotos: number;
  /** Calls that wait for a worker thread: so many quick ones, and so many analyses. */
  maxWaitingCalls: number;
  /** Milliseconds that an analysis may take from its arrival, its wait for a turn included. */
  analysisMs: number;
  /** How long a kept photo is tried again whose analysis is cut off. */
  patience: AnalysisPatience;
  /** Milliseconds that a model server may take for one call, with all that is tried again. */
  modelCallMs: number;
  /** Milliseconds after which an upload or a download that does not move on is broken off. */
  idleMs: number;
  /** How analyses are logged to MLflow; see `AnalysisLog`. */
  mlflow: { maxWaiting: number; gatherMs: number; closeMs: number };
}

/** What the program runs with. */
export const LIMITS: Readonly<Limits> = {
  maxPixels: 100_000_000,
  // One for each core keeps the threads busy, a few more hide reading and saving.
  analysesAtOnce: 4,
  maxWaitingPhotos: 128,
  maxWaitingCalls: 128,
  analysisMs: 60_000,
  patience: { firstPauseMs: 2000, longestPauseMs: 60_000, engineFaults: 10, interruptions: 3 },
  modelCallMs: 10_000,
  idleMs: 2 * 60_000,
  mlflow: { maxWaiting: 10_000, gatherMs: 2000, closeMs: 2000 },
};
