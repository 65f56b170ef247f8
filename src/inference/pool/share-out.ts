/**
 * Shares out pieces of work of different size among a number of workers so that all finish at about the same time:
 * the largest first, each to the worker with the least to do.
 *
 * @returns one list of pieces for each worker that gets any.
 */
export function shareOut<T>(pieces: readonly T[], sizeOf: (piece: T) => number, workers: number): T[][] {
  const shares = Array.from({ length: workers }, () => ({ total: 0, pieces: [] as T[] }));
  for (const piece of [...pieces].sort((a, b) => sizeOf(b) - sizeOf(a))) {
    const least = shares.reduce((a, b) => (b.total < a.total ? b : a));
    least.total += sizeOf(piece);
    least.pieces.push(piece);
  }
  return shares.map((share) => share.pieces).filter(({ length }) => length > 0);
}
