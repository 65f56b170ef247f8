import type { Quadrilateral } from '../../imaging/geometry.ts';

/** A line's extent along and across the direction in which most of the text runs. */
export interface Extent {
  region: Quadrilateral;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** A column of running text has at least this many lines … */
const FEWEST_LINES = 4;

/** … which fill, in the median, this share of its width; the cells of a table or a receipt are shorter. */
const FILLED = 0.7;

/** … and it takes this share of the width of the columns together. */
const NARROWEST = 0.25;

/**
 * Splits lines into blocks that are read one after the other: where running text is set in columns, the lines above
 * them, each column, and the lines below them; otherwise all lines are one block.
 */
export function splitIntoColumns(lines: readonly Extent[]): Extent[][] {
  const byTop = [...lines].sort((a, b) => a.top - b.top);
  for (const gutter of gutterCandidates(byTop)) {
    const stretch = longestStretchBeside(byTop, gutter);
    const left = stretch.filter(({ right }) => right <= gutter);
    const right = stretch.filter(({ left }) => left >= gutter);
    const width = spanOf(stretch);
    if (!isColumn(left, width) || !isColumn(right, width)) continue;
    const first = byTop.indexOf(stretch[0] as Extent);
    const above = byTop.slice(0, first);
    const below = byTop.slice(first + stretch.length);
    const blocks = [splitIntoColumns(above), splitIntoColumns(left), splitIntoColumns(right)];
    return [...blocks, splitIntoColumns(below)].flat().filter(({ length }) => length > 0);
  }
  return [byTop];
}

/** Positions just left of where several lines begin. */
function gutterCandidates(lines: readonly Extent[]): number[] {
  const starts = lines.map(({ left }) => left).sort((a, b) => a - b);
  return starts.filter((start, i) => i >= FEWEST_LINES && start > (starts[i - 1] ?? start));
}

/** The longest sequence of lines, from top to bottom, none of which crosses a position. */
function longestStretchBeside(lines: readonly Extent[], position: number): Extent[] {
  let longest: Extent[] = [];
  let current: Extent[] = [];
  for (const line of lines) {
    current = line.left < position && line.right > position ? [] : [...current, line];
    if (current.length > longest.length) longest = current;
  }
  return longest;
}

function isColumn(lines: readonly Extent[], together: number): boolean {
  if (lines.length < FEWEST_LINES) return false;
  const width = spanOf(lines);
  const widths = lines.map(({ left, right }) => right - left).sort((a, b) => a - b);
  const median = widths[widths.length >> 1] ?? 0;
  return width >= NARROWEST * together && median >= FILLED * width;
}

function spanOf(lines: readonly Extent[]): number {
  return Math.max(...lines.map(({ right }) => right)) - Math.min(...lines.map(({ left }) => left));
}
