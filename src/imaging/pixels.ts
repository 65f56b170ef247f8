import type { Point, Quadrilateral } from './geometry.ts';

/** A picture in memory: sRGB, 8 bits, three bytes a pixel (red, green, blue), rows from the top, without gaps. */
export interface Pixels {
  data: Uint8Array;
  width: number;
  height: number;
}

/** Width and height in pixels. */
export interface Size {
  width: number;
  height: number;
}

/**
 * How a decoded picture lies in the upright photo: the picture's point (x, y) is the photo's point
 * (offsetX + x * scaleX, offsetY + y * scaleY), both measured in pixels from the top left corner.
 */
export interface Frame {
  scaleX: number;
  scaleY: number;
  offsetX: number;
  offsetY: number;
}

/** Moves a quadrilateral from a decoded picture to the upright photo, whose edges it does not cross. */
export function toPhoto(quadrilateral: Quadrilateral, frame: Frame, photo: Size): Quadrilateral {
  const move = ([x, y]: Point): Point => [
    Math.min(photo.width, Math.max(0, frame.offsetX + x * frame.scaleX)),
    Math.min(photo.height, Math.max(0, frame.offsetY + y * frame.scaleY)),
  ];
  const [a, b, c, d] = quadrilateral;
  return [move(a), move(b), move(c), move(d)];
}
