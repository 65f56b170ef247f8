/** An axis-aligned box in pixels of the upright photo (EXIF orientation applied), origin top left. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A point `[x, y]` in pixels of the upright photo, origin top left. */
export type Point = readonly [x: number, y: number];

/** The four corners of a text line in reading direction: top left, top right, bottom right, bottom left. */
export type Quadrilateral = readonly [Point, Point, Point, Point];

/** The smallest box around a line. */
export function boundsOf(polygon: Quadrilateral): Box {
  const [xs, ys] = [polygon.map(([x]) => x), polygon.map(([, y]) => y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** A coordinate or a length to two decimals. */
export function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
