import type { Quadrilateral } from '../analysis.ts';

/** Puts text lines into the order in which a person reads them: row by row, each from left to right. */
export function inReadingOrder(regions: readonly Quadrilateral[]): Quadrilateral[] {
  return [...regions].sort((a, b) => a[0][1] - b[0][1] || a[0][0] - b[0][0]);
}
