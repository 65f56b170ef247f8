import type { Point, Quadrilateral } from '../../imaging/geometry.ts';
import { connectedRegions, type ProbabilityMap, type Region } from './connected-regions.ts';
import { convexHull, minimumAreaRectangle, type RotatedRectangle } from './rotated-rectangle.ts';

/** Thresholds as the model manifest gives them. */
export interface RegionThresholds {
  mapThreshold: number;
  boxThreshold: number;
  unclipRatio: number;
}

/** Regions thinner than this many pixels of the map are specks. */
const MIN_THICKNESS = 3;

/** The map ends a little early at a line's first and last letter: each end grows by this share of the line's height more. */
const END_MARGIN = 0.2;

/** A line taller than wide by this factor is read from top to bottom. */
const UPRIGHT_UP_TO = 1.5;

/**
 * Finds the text lines in a probability map: a rotated rectangle around each connected region of text, grown back by
 * what the map was trained to shrink it (M. Liao et al., "Real-time Scene Text Detection with Differentiable
 * Binarization", 2020).
 *
 * @returns corners in reading direction, in pixels of the map; they may lie a little outside of it.
 */
export function findTextRegions(map: ProbabilityMap, thresholds: RegionThresholds): Quadrilateral[] {
  const quadrilaterals: Quadrilateral[] = [];
  for (const region of connectedRegions(map, Math.ceil(thresholds.mapThreshold * 255))) {
    const rectangle = minimumAreaRectangle(convexHull(outline(region)));
    if (Math.min(rectangle.width, rectangle.height) < MIN_THICKNESS) continue;
    if (meanProbability(map, rectangle) < thresholds.boxThreshold) continue;
    const { width, height } = rectangle;
    const growth = (width * height * thresholds.unclipRatio) / (2 * (width + height));
    const grown = { ...rectangle, width: width + 2 * growth, height: height + 2 * growth };
    quadrilaterals.push(cornersInReadingDirection(grown));
  }
  return quadrilaterals;
}

/** The corners of each row's first and last pixel: all that a convex hull can need. */
function outline(region: Region): Point[] {
  const points: Point[] = [];
  for (const { y, start, end } of region.runs) {
    points.push([start, y], [end, y], [start, y + 1], [end, y + 1]);
  }
  return points;
}

/** The mean probability, 0 to 1, of the map's pixels whose centres lie inside a rectangle. */
function meanProbability(map: ProbabilityMap, { centre, axis, width, height }: RotatedRectangle): number {
  const [cx, cy] = centre;
  const [ax, ay] = axis;
  const reachX = (Math.abs(ax) * width + Math.abs(ay) * height) / 2;
  const reachY = (Math.abs(ay) * width + Math.abs(ax) * height) / 2;
  let sum = 0;
  let count = 0;
  const lastY = Math.min(map.height - 1, Math.floor(cy + reachY));
  const lastX = Math.min(map.width - 1, Math.floor(cx + reachX));
  for (let y = Math.max(0, Math.floor(cy - reachY)); y <= lastY; y++) {
    for (let x = Math.max(0, Math.floor(cx - reachX)); x <= lastX; x++) {
      const dx = x + 0.5 - cx;
      const dy = y + 0.5 - cy;
      if (Math.abs(dx * ax + dy * ay) > width / 2 || Math.abs(dy * ax - dx * ay) > height / 2) continue;
      sum += map.data[y * map.width + x] ?? 0;
      count++;
    }
  }
  return count === 0 ? 0 : sum / count / 255;
}

/** Text runs along the longer side, from left to right; clearly upright lines run from top to bottom. */
function cornersInReadingDirection(rectangle: RotatedRectangle): Quadrilateral {
  let { axis, width, height } = rectangle;
  // First the axis nearest to the horizontal, pointing right …
  if (Math.abs(axis[1]) > Math.abs(axis[0])) {
    axis = [-axis[1], axis[0]];
    [width, height] = [height, width];
  }
  if (axis[0] < 0) axis = [-axis[0], -axis[1]];
  // … then downward for a line that is clearly taller than wide.
  if (height >= width * UPRIGHT_UP_TO) {
    axis = [-axis[1], axis[0]];
    [width, height] = [height, width];
  }
  const [cx, cy] = rectangle.centre;
  const half = width / 2 + END_MARGIN * height;
  const [ux, uy] = [axis[0] * half, axis[1] * half];
  const [vx, vy] = [(-axis[1] * height) / 2, (axis[0] * height) / 2];
  return [
    [cx - ux - vx, cy - uy - vy],
    [cx + ux - vx, cy + uy - vy],
    [cx + ux + vx, cy + uy + vy],
    [cx - ux + vx, cy - uy + vy],
  ];
}
