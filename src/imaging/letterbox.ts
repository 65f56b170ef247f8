import type { Pixels, Size } from './pixels.ts';

/** Where a picture stands inside a larger, padded one: its top left corner in pixels. */
export interface Letterboxed {
  pixels: Pixels;
  left: number;
  top: number;
}

/** Puts a picture into the middle of a larger one whose remaining pixels have the given value in all channels. */
export function letterbox(picture: Pixels, size: Size, padding: number): Letterboxed {
  const left = (size.width - picture.width) >> 1;
  const top = (size.height - picture.height) >> 1;
  if (left === 0 && top === 0 && size.width === picture.width && size.height === picture.height) {
    return { pixels: picture, left, top };
  }
  const data = new Uint8Array(size.width * size.height * 3).fill(padding);
  const row = picture.width * 3;
  for (let y = 0; y < picture.height; y++) {
    data.set(picture.data.subarray(y * row, (y + 1) * row), ((y + top) * size.width + left) * 3);
  }
  return { pixels: { data, width: size.width, height: size.height }, left, top };
}
