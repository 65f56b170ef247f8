import { brokenImage, decodeTo, type PhotoHeader, readHeader } from './decode.ts';
import type { Size } from './pixels.ts';

/** Longest side of a thumbnail in pixels. */
const THUMBNAIL_SIDE = 480;

/** A photo that was looked through and can be kept. */
export interface PhotoIntake extends Size {
  mediaType: string;
  /** See `makeThumbnail`. */
  thumbnail: Uint8Array;
}

/**
 * Decodes a photo once, small, to see that it is complete and undamaged, and keeps what that yields. `width` and
 * `height` are those of the upright photo.
 *
 * @throws AppError `unsupported_image`, `broken_image` or `too_many_pixels`.
 */
export async function takeIn(photo: Uint8Array, maxPixels: number): Promise<PhotoIntake> {
  const header = await readHeader(photo, maxPixels);
  const { mediaType, width, height } = header;
  return { mediaType, width, height, thumbnail: await encodeThumbnail(photo, header) };
}

/**
 * A small WebP picture of a photo: upright, sRGB, at most 480 pixels on the longest side, never larger than the photo.
 *
 * @throws AppError as `takeIn`.
 */
export async function makeThumbnail(photo: Uint8Array, maxPixels: number): Promise<Uint8Array> {
  return encodeThumbnail(photo, await readHeader(photo, maxPixels));
}

async function encodeThumbnail(photo: Uint8Array, header: PhotoHeader): Promise<Uint8Array> {
  return decodeTo(photo, fitInside(header, THUMBNAIL_SIDE))
    .webp({ quality: 80, effort: 2 })
    .toBuffer()
    .catch((cause: unknown) => {
      throw brokenImage(header.format, cause);
    });
}

/** The size with the same aspect ratio whose longest side is at most the given one; each side has at least a pixel. */
export function fitInside({ width, height }: Size, longestSide: number): Size {
  const scale = Math.min(1, longestSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
