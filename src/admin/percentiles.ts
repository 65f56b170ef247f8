import { middleOf } from '../photos/time-buckets.ts';

/** Milliseconds below which so many of 100 photos stay. */
export interface Percentiles {
  p50: number;
  p95: number;
  p99: number;
}

/**
 * Percentiles of times that are counted in buckets, each by its nearest rank: true to within 4.4 %, as a bucket is.
 * @param counts Photos by bucket; at least one.
 */
export function percentilesOf(counts: ReadonlyMap<number, number>): Percentiles {
  const buckets = [...counts].sort(([a], [b]) => a - b);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  const at = (share: number) => {
    let passed = 0;
    for (const [bucket, count] of buckets) {
      passed += count;
      if (passed >= share * total) return tenths(middleOf(bucket));
    }
    throw new RangeError('There are no times.');
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

function tenths(milliseconds: number): number {
  return milliseconds < 10 ? Math.round(milliseconds * 10) / 10 : Math.round(milliseconds);
}
