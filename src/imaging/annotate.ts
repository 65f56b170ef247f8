import { createCanvas } from 'canvas';
import sharp from 'sharp';
import { decodePixels, type PhotoHeader } from './decode.ts';
import { type DrawnFindings, findingsOverlay, type Painter } from './findings-overlay.ts';
import type { Pixels } from './pixels.ts';

/** Rows that are drawn at a time: a canvas of the whole photo would take a third more memory than the photo itself. */
const BAND = 256;

/** Bytes of memory that the annotated picture of a photo takes beside what decoding takes: measured, rounded up. */
export function annotateMemory({ width, height }: PhotoHeader): number {
  return width * height * 4.5;
}

/**
 * Draws what was found into a photo.
 *
 * @returns a JPEG file of the upright photo's full size.
 * @throws AppError `broken_image`.
 */
export async function annotatePhoto(
  photo: Uint8Array,
  header: PhotoHeader,
  findings: DrawnFindings,
): Promise<Uint8Array> {
  const { pixels } = await decodePixels(photo, header, header);
  paintOnto(pixels, findingsOverlay(findings, pixels));
  const raw = { width: pixels.width, height: pixels.height, channels: 3 as const };
  // Tables made for this picture would take six bytes of memory for each pixel, and several times as long, to save a
  // twentieth of the file.
  const jpeg = { quality: 88, optimiseCoding: false };
  return sharp(pixels.data, { raw, limitInputPixels: false }).jpeg(jpeg).toBuffer();
}

function paintOnto({ data, width, height }: Pixels, paint: Painter): void {
  const canvas = createCanvas(width, Math.min(BAND, height));
  const context = canvas.getContext('2d');
  for (let top = 0; top < height; top += BAND) {
    const rows = Math.min(BAND, height - top);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, canvas.height);
    context.translate(0, -top);
    paint(context);
    blend(data, top * width * 3, context.getImageData(0, 0, width, rows).data);
  }
}

/** Lays RGBA pixels over RGB pixels from an offset on. */
function blend(below: Uint8Array, offset: number, above: Uint8ClampedArray): void {
  for (let from = 0, to = offset; from < above.length; from += 4, to += 3) {
    const alpha = above[from + 3] ?? 0;
    if (alpha === 0) continue;
    for (let channel = 0; channel < 3; channel++) {
      const old = below[to + channel] ?? 0;
      below[to + channel] = old + (((above[from + channel] ?? 0) - old) * alpha) / 255;
    }
  }
}
