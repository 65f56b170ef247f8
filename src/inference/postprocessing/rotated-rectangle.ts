import type { Point } from '../../imaging/geometry.ts';

/** A rectangle at any angle: its centre, the unit vector along `width`, and its sides. `height` lies along the vector turned clockwise by 90° (down, for a vector that points right). */
export interface RotatedRectangle {
  centre: Point;
  axis: Point;
  width: number;
  height: number;
}

/** The convex hull of a set of points (Andrew's monotone chain), counter-clockwise in a frame whose y grows upward. */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  if (sorted.length < 3) return sorted;
  const chain = (ordered: readonly Point[]): Point[] => {
    const hull: Point[] = [];
    for (const point of ordered) {
      while (hull.length >= 2 && turn(hull[hull.length - 2], hull[hull.length - 1], point) <= 0) hull.pop();
      hull.push(point);
    }
    hull.pop();
    return hull;
  };
  return [...chain(sorted), ...chain(sorted.reverse())];
}

function turn(a: Point | undefined, b: Point | undefined, c: Point): number {
  if (!a || !b) return 1;
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/**
 * The rectangle of least area around a convex hull: one of its sides lies on a side of the hull
 * (H. Freeman and R. Shapira, 1975).
 */
export function minimumAreaRectangle(hull: readonly Point[]): RotatedRectangle {
  let best: RotatedRectangle | undefined;
  let bestArea = Number.POSITIVE_INFINITY;
  for (const [i, from] of hull.entries()) {
    const to = hull[(i + 1) % hull.length] ?? from;
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    const axis: Point = length > 0 ? [(to[0] - from[0]) / length, (to[1] - from[1]) / length] : [1, 0];
    const rectangle = boundsAlong(hull, axis);
    const area = rectangle.width * rectangle.height;
    if (area < bestArea) {
      bestArea = area;
      best = rectangle;
    }
  }
  return best ?? { centre: [0, 0], axis: [1, 0], width: 0, height: 0 };
}

function boundsAlong(points: readonly Point[], axis: Point): RotatedRectangle {
  const [ax, ay] = axis;
  let [minU, maxU, minV, maxV] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [x, y] of points) {
    const u = x * ax + y * ay;
    const v = y * ax - x * ay;
    minU = Math.min(minU, u);
    maxU = Math.max(maxU, u);
    minV = Math.min(minV, v);
    maxV = Math.max(maxV, v);
  }
  const u = (minU + maxU) / 2;
  const v = (minV + maxV) / 2;
  return {
    centre: [u * ax - v * ay, u * ay + v * ax],
    axis,
    width: maxU - minU,
    height: maxV - minV,
  };
}
