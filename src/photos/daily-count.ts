import { measuredTimes, type Stage, type Timings } from '../inference/analysis.ts';
import { bucketOf } from './time-buckets.ts';

const DAY_MS = 24 * 60 * 60_000;

/** Steps in which scores are counted: the step of a score is its lower bound. */
export const SCORE_STEPS = 20;

/** What a photo that is not in the trash adds to the counts of the day of its upload. */
export interface CountedPhoto {
  createdAt: Date;
  /** Of the original. */
  bytes: number;
  /** Null while it waits for its analysis, and when that failed. */
  findings: {
    detections: readonly { label: string; score: number }[];
    lines: number;
    engine: string;
    models: Record<string, string>;
    timings: Timings;
  } | null;
}

/**
 * What is counted: photos, bytes of their originals, detections and lines (these have no item), detections by label,
 * and by the step of their score.
 */
export type CountKind = 'photos' | 'bytes' | 'detections' | 'lines' | 'label' | 'score';

/** A row of `daily_counts`. */
export interface CountRow {
  day: number;
  kind: CountKind;
  item: string;
  count: number;
}

/** A row of `daily_timings`: how many photos took how long. */
export interface TimingRow {
  day: number;
  engine: string;
  /** As `spellModels` spells them. */
  models: string;
  stage: Stage;
  /** See `bucketOf`. */
  bucket: number;
  count: number;
}

/** Days since the first of January 1970, in UTC. */
export function dayOf(moment: Date): number {
  return Math.floor(moment.getTime() / DAY_MS);
}

/** When a day begins. */
export function startOfDay(day: number): Date {
  return new Date(day * DAY_MS);
}

/** Versions of models as one text, the same whatever order they come in; `readModels` reads it. */
export function spellModels(models: Readonly<Record<string, string>>): string {
  return Object.entries(models)
    .map(([name, version]) => `${name}=${version}`)
    .sort()
    .join(',')
    .slice(0, 200);
}

/** The versions by model name, in the order of their names. */
export function readModels(spelled: string): Record<string, string> {
  return Object.fromEntries(
    spelled.split(',').map((model) => {
      const [name = '', ...version] = model.split('=');
      return [name, version.join('=')];
    }),
  );
}

/** Counts of many photos, added up. */
export class DailyCounts {
  readonly #counts = new Map<string, CountRow>();
  readonly #timings = new Map<string, TimingRow>();

  /** @param sign -1 to take the photo away. */
  add(photo: CountedPhoto, sign: 1 | -1): void {
    const day = dayOf(photo.createdAt);
    const count = (kind: CountKind, item: string, by: number) => this.#count(day, kind, item, by * sign);
    count('photos', '', 1);
    count('bytes', '', photo.bytes);
    const { findings } = photo;
    if (findings === null) return;
    count('detections', '', findings.detections.length);
    count('lines', '', findings.lines);
    for (const { label, score } of findings.detections) {
      count('label', label, 1);
      count('score', String(Math.min(Math.floor(score * SCORE_STEPS), SCORE_STEPS - 1)), 1);
    }
    const models = spellModels(findings.models);
    for (const [stage, milliseconds] of measuredTimes(findings)) {
      this.#time({
        day,
        engine: findings.engine,
        models,
        stage,
        bucket: bucketOf(milliseconds),
        count: sign,
      });
    }
  }

  /**
   * What is to be added to the rows that are kept, in an order that is the same for everybody: who adds to two days at
   * once must not meet somebody who does so the other way round. A day's photos come first, also where their number
   * stays.
   */
  rows(): { days: CountRow[]; counts: CountRow[]; timings: TimingRow[] } {
    const changed = [...this.#counts.values()].filter(({ kind, count }) => kind !== 'photos' && count !== 0);
    const timings = [...this.#timings.values()].filter(({ count }) => count !== 0);
    const touched = new Set([...changed, ...timings].map(({ day }) => day));
    const days = [...this.#counts.values()].filter(
      ({ kind, day, count }) => kind === 'photos' && (count !== 0 || touched.has(day)),
    );
    return { days: inOrder(days), counts: inOrder(changed), timings: inOrder(timings) };
  }

  #count(day: number, kind: CountKind, item: string, by: number): void {
    const key = JSON.stringify([day, kind, item]);
    const row = this.#counts.get(key);
    if (row) row.count += by;
    else this.#counts.set(key, { day, kind, item, count: by });
  }

  #time(row: TimingRow): void {
    const { day, engine, models, stage, bucket } = row;
    const key = JSON.stringify([day, engine, models, stage, bucket]);
    const known = this.#timings.get(key);
    if (known) known.count += row.count;
    else this.#timings.set(key, row);
  }
}

function inOrder<Row extends { day: number }>(rows: Row[]): Row[] {
  const place = (row: Row) =>
    JSON.stringify(Object.values({ ...row, day: String(row.day).padStart(8, '0') }));
  return rows.sort((a, b) => (place(a) < place(b) ? -1 : 1));
}
