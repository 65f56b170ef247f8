import sharp from 'sharp';
import type { Pixels, Size } from './pixels.ts';

/** What pictures are scaled with; both take every pixel into account where a picture gets smaller. */
export type ScalingKernel = 'lanczos3' | 'linear';

/** Scales a decoded picture to exactly the given size. */
export async function resizePixels(
  pixels: Pixels,
  { width, height }: Size,
  kernel: ScalingKernel,
): Promise<Pixels> {
  if (pixels.width === width && pixels.height === height) return pixels;
  const raw = { width: pixels.width, height: pixels.height, channels: 3 as const };
  const data = await sharp(pixels.data, { raw, limitInputPixels: false })
    .resize(width, height, { fit: 'fill', kernel })
    .raw()
    .toBuffer();
  return { data, width, height };
}
