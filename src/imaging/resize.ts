import sharp from 'sharp';
import type { Pixels, Size } from './pixels.ts';

/** Scales a decoded picture to exactly the given size. */
export async function resizePixels(pixels: Pixels, { width, height }: Size): Promise<Pixels> {
  if (pixels.width === width && pixels.height === height) return pixels;
  const raw = { width: pixels.width, height: pixels.height, channels: 3 as const };
  const data = await sharp(pixels.data, { raw, limitInputPixels: false })
    .resize(width, height, { fit: 'fill' })
    .raw()
    .toBuffer();
  return { data, width, height };
}
