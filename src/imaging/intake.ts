import { brokenImage, decodeTo, type PhotoHeader } from './decode.ts';
import type { Size } from './pixels.ts';

/** Longest side of a thumbnail, and of a preview, in pixels. */
const THUMBNAIL_SIDE = 480;
const PREVIEW_SIDE = 2560;

/** A photo that was looked through and can be kept. */
export interface PhotoIntake extends Size {
  mediaType: string;
  /** Frames or pages of the file; the first is the photo. */
  frames: number;
  /** See `makeThumbnail`. */
  thumbnail: Uint8Array;
}

/**
 * Decodes a photo once, small, to see that it is complete and undamaged, and keeps what that yields. `width` and
 * `height` are those of the upright photo.
 *
 * @throws AppError `broken_image`.
 */
export async function takeIn(photo: Uint8Array, header: PhotoHeader): Promise<PhotoIntake> {
  const { mediaType, frames, width, height } = header;
  return { mediaType, frames, width, height, thumbnail: await encodeWebp(photo, header, THUMBNAIL_SIDE) };
}

/**
 * A small WebP picture of a photo: upright, sRGB, at most 480 pixels on the longest side, never larger than the photo.
 *
 * @throws AppError as `takeIn`.
 */
export function makeThumbnail(photo: Uint8Array, header: PhotoHeader): Promise<Uint8Array> {
  return encodeWebp(photo, header, THUMBNAIL_SIDE);
}

/**
 * As a thumbnail, but at most 2560 pixels: a still picture that every browser can show, whatever the photo's format.
 *
 * @throws AppError as `takeIn`.
 */
export function makePreview(photo: Uint8Array, header: PhotoHeader): Promise<Uint8Array> {
  return encodeWebp(photo, header, PREVIEW_SIDE);
}

async function encodeWebp(photo: Uint8Array, header: PhotoHeader, longestSide: number): Promise<Uint8Array> {
  return decodeTo(photo, header, fitInside(header, longestSide))
    .webp({ quality: 80, effort: 2 })
    .toBuffer()
    .catch((cause: unknown) => {
      throw brokenImage(header.format, cause);
    });
}

/** The size with the same aspect ratio whose longest side is at most the given one; each side has at least a pixel. */
function fitInside({ width, height }: Size, longestSide: number): Size {
  const scale = Math.min(1, longestSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
