import type { LabelAccuracy } from './accuracy.ts';
import type { LatencyStatistics } from './latency.ts';

/** What there was on one day. */
export interface DayStatistics {
  /** As 2026-11-20, in UTC. */
  day: string;
  photos: number;
  /** Of the originals. */
  bytes: number;
  detections: number;
  lines: number;
  feedback: number;
}

/** What the photos of some days amount to; what is in the trash is left out. */
export interface Statistics {
  /** First and last day, as 2026-11-20, in UTC. */
  from: string;
  to: string;
  totals: Omit<DayStatistics, 'day'>;
  /** Every day of the range, oldest first. */
  days: readonly DayStatistics[];
  /** The most frequent first. */
  labels: readonly { label: string; count: number }[];
  /** In steps of equal width, the lowest first. */
  scores: readonly { from: number; to: number; count: number }[];
  /** In the order of `latencyOf`. */
  latency: readonly LatencyStatistics[];
  members: {
    /** Of today. */
    total: number;
    /** Of today. */
    suspended: number;
    /** With a photo that was uploaded in the range and is kept. */
    active: number;
    /** Registered in the range. */
    new: number;
  };
  /** Of today; without the trash but where that is named. */
  storage: {
    photos: number;
    /** Of the originals. */
    bytes: number;
    /** Photos that wait for their analysis. */
    waiting: number;
    trash: { photos: number; bytes: number };
  };
  accuracy: {
    /** The precision that thresholds are told for, 0 to 1. */
    target: number;
    verdicts: number;
    labels: readonly LabelAccuracy[];
  };
}
