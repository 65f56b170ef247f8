/**
 * `choosing`: the photos that it is for are being looked up. `finished` and `cancelled` are the ends; what was analysed
 * before a cancellation stays.
 */
export type ReanalysisState = 'choosing' | 'running' | 'finished' | 'cancelled';

/** A run that analyses many photos again with the models of today. */
export interface Reanalysis {
  /** Grows with time. */
  id: number;
  state: ReanalysisState;
  startedBy: { id: string; email: string } | null;
  startedAt: Date;
  endedAt: Date | null;
  /** What the photos were chosen by, as it was asked; null where photos were named. */
  filter: Readonly<Record<string, string>> | null;
  /** Photos that have new findings, or needed none any more. */
  done: number;
  waiting: number;
  /** Photos that could not be analysed again, and keep what they had. */
  failed: number;
}

/** A photo that could not be analysed again. */
export interface FailedPhoto {
  id: string;
  filename: string;
  /** Why, safe to show. */
  error: string;
}
