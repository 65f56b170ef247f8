/** Buckets to a doubling of the time. */
const PER_DOUBLING = 8;
/** The last one, for everything from 17 minutes. */
const LAST = 160;

/**
 * The bucket that a time is counted in. Their bounds lie a fixed factor apart (2^(1/8), 9 %), so that a time that is told by the
 * middle of its bucket is wrong by 4.4 % at most, however short or long it is; below a millisecond all are one.
 */
export function bucketOf(milliseconds: number): number {
  if (milliseconds <= 1) return 0;
  return Math.min(Math.floor(Math.log2(milliseconds) * PER_DOUBLING), LAST);
}

/** The milliseconds that a bucket stands for: the middle between its bounds, as factors go. */
export function middleOf(bucket: number): number {
  return 2 ** ((bucket + 0.5) / PER_DOUBLING);
}
