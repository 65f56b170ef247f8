import { dayOf, SCORE_STEPS, startOfDay } from '../photos/daily-count.ts';
import { accuracyOf } from './accuracy.ts';
import { latencyOf } from './latency.ts';
import type { DayStatistics, Statistics } from './statistics.ts';
import type { DayRange, StatisticsReadModel } from './statistics-read-model.ts';

/** Puts the statistics of photos together for admins. */
export class StatisticsService {
  readonly #counts: StatisticsReadModel;

  constructor({ counts }: { counts: StatisticsReadModel }) {
    this.#counts = counts;
  }

  /** @param target The precision that thresholds are told for, 0 to 1. */
  async of(range: DayRange, target: number): Promise<Statistics> {
    const [days, labels, scores, timings, members, storage, verdicts] = await Promise.all([
      this.#days(range),
      this.#counts.perItem(range, 'label'),
      this.#counts.perItem(range, 'score'),
      this.#counts.timings(range),
      this.#counts.members(range),
      this.#counts.storage(),
      this.#counts.verdicts(range),
    ]);
    return {
      from: spellDay(range.from),
      to: spellDay(range.to),
      totals: totalOf(days),
      days,
      labels: labels.map(({ item, count }) => ({ label: item, count })),
      scores: scoreSteps(new Map(scores.map(({ item, count }) => [Number(item), count]))),
      latency: latencyOf(timings),
      members,
      storage,
      accuracy: {
        target,
        verdicts: verdicts.reduce((sum, { right, wrong }) => sum + right + wrong, 0),
        labels: accuracyOf(verdicts, target),
      },
    };
  }

  /** Photos that wait for their analysis. */
  waiting(): Promise<number> {
    return this.#counts.waiting();
  }

  async #days(range: DayRange): Promise<DayStatistics[]> {
    const [counts, feedback] = await Promise.all([
      this.#counts.perDay(range),
      this.#counts.feedbackPerDay(range),
    ]);
    const days = Array.from({ length: range.to - range.from + 1 }, (_, index) => ({
      day: spellDay(range.from + index),
      photos: 0,
      bytes: 0,
      detections: 0,
      lines: 0,
      feedback: feedback.get(range.from + index) ?? 0,
    }));
    for (const { day, kind, count } of counts) {
      const statistics = days[day - range.from];
      if (statistics && kind !== 'label' && kind !== 'score') statistics[kind] = count;
    }
    return days;
  }
}

/** As 2026-11-20. */
export function spellDay(day: number): string {
  return startOfDay(day).toISOString().slice(0, 10);
}

/** The newest days, as many as are asked. */
export function lastDays(count: number, now = new Date()): DayRange {
  return { from: dayOf(now) - count + 1, to: dayOf(now) };
}

function totalOf(days: readonly DayStatistics[]): Statistics['totals'] {
  const totals = { photos: 0, bytes: 0, detections: 0, lines: 0, feedback: 0 };
  for (const day of days) {
    totals.photos += day.photos;
    totals.bytes += day.bytes;
    totals.detections += day.detections;
    totals.lines += day.lines;
    totals.feedback += day.feedback;
  }
  return totals;
}

function scoreSteps(counts: ReadonlyMap<number, number>): Statistics['scores'] {
  return Array.from({ length: SCORE_STEPS }, (_, step) => ({
    from: step / SCORE_STEPS,
    to: (step + 1) / SCORE_STEPS,
    count: counts.get(step) ?? 0,
  }));
}
