import type { Quadrilateral } from '../../imaging/geometry.ts';
import { type Extent, splitIntoColumns } from './text-columns.ts';

/** Lines whose heights overlap by this share of the lower one stand in one row … */
const SAME_ROW = 0.5;

/** … unless one is so many times as high as the other: upright text and large letters belong to no row. */
const OTHER_KIND = 3;

/**
 * Puts text lines into the order in which a person reads them: columns of running text one after the other, everything
 * else (a receipt's goods and prices) row by row, each row from left to right. Text that is tilted as a whole is read
 * along its tilt.
 */
export function inReadingOrder(regions: readonly Quadrilateral[]): Quadrilateral[] {
  const tilt = commonTilt(regions);
  const extents = regions.map((region) => extentAlong(region, tilt));
  const blocks = splitIntoColumns(extents);
  return blocks.flatMap((block) => rowsOf(block).flat()).map(({ region }) => region);
}

/** The median direction, in radians, of the lines that run roughly from left to right. */
function commonTilt(regions: readonly Quadrilateral[]): number {
  const directions = regions
    .map(([from, to]) => Math.atan2(to[1] - from[1], to[0] - from[0]))
    .filter((angle) => Math.abs(angle) < Math.PI / 4)
    .sort((a, b) => a - b);
  return directions[directions.length >> 1] ?? 0;
}

function extentAlong(region: Quadrilateral, tilt: number): Extent {
  const [cos, sin] = [Math.cos(tilt), Math.sin(tilt)];
  const along = region.map(([x, y]) => x * cos + y * sin);
  const across = region.map(([x, y]) => y * cos - x * sin);
  return {
    region,
    left: Math.min(...along),
    right: Math.max(...along),
    top: Math.min(...across),
    bottom: Math.max(...across),
  };
}

/** Groups lines that stand side by side, from top to bottom; each row is sorted from left to right. */
function rowsOf(extents: readonly Extent[]): Extent[][] {
  const rows: Extent[][] = [];
  const middle = ({ top, bottom }: Extent) => (top + bottom) / 2;
  for (const extent of [...extents].sort((a, b) => middle(a) - middle(b))) {
    const row = rows.findLast(
      (others) =>
        others.some((other) => standSideBySide(other, extent)) &&
        !others.some((other) => standStacked(other, extent)),
    );
    if (row) row.push(extent);
    else rows.push([extent]);
  }
  return rows.map((row) => row.sort((a, b) => a.left - b.left));
}

function standSideBySide(a: Extent, b: Extent): boolean {
  const overlap = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  const [lower = 0, higher = 0] = [a.bottom - a.top, b.bottom - b.top].sort((x, y) => x - y);
  return overlap >= SAME_ROW * lower && higher <= OTHER_KIND * lower;
}

/** One above the other: two rows, however closely they are set. */
function standStacked(a: Extent, b: Extent): boolean {
  const overlap = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  return overlap > Math.min(a.right - a.left, b.right - b.left) / 2;
}
