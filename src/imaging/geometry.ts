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
