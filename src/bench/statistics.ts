/** The value that half of the values do not exceed. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The value that the given share of the values (0 to 100) does not exceed, interpolated between neighbours. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new Error('Nothing was measured');
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? 0;
  const above = sorted[Math.ceil(at)] ?? 0;
  return below + (above - below) * (at - Math.floor(at));
}
