import sharp, { type Sharp } from 'sharp';
import { AppError } from '../errors.ts';
import { isSrgbProfile } from './colour-profile.ts';
import { decodeMemory } from './decode-memory.ts';
import { IMAGE_FORMATS, type ImageFormat, sniffFormat, TAKEN_FORMATS } from './image-format.ts';
import type { Frame, Pixels, Size } from './pixels.ts';
import type { ScalingKernel } from './resize.ts';

/** What a photo's header says, before any pixel is decoded. */
export interface PhotoHeader extends Size {
  format: ImageFormat;
  mediaType: string;
  /** Frames or pages of the file; the first is the photo. */
  frames: number;
  /** Whether the file carries a colour profile that says no more than that its colours are sRGB. */
  profileIsSrgb: boolean;
  /** Bytes of memory that decoding takes, see `decodeMemory`. */
  decodeBytes: number;
  /** EXIF orientation, 1 to 8: how the stored picture is to be turned. `width` and `height` are those of the upright photo. */
  orientation: number;
}

/** Transparent parts become white: what is cut out or drawn without a ground is made to stand on a white page. */
const GROUND = '#ffffff';

// One decoder per worker thread is parallel enough, and what is cached here is never asked for again.
sharp.cache(false);
sharp.concurrency(1);
// Uploads never reach a loader that renders documents, whatever their bytes make the library believe.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpeg',
    'VipsForeignLoadPng',
    'VipsForeignLoadWebp',
    'VipsForeignLoadNsgif',
    'VipsForeignLoadHeif',
    'VipsForeignLoadTiff',
  ],
});

/** What decoding one picture may take: enough for 24 megapixels in every format, and for 100 in most. */
const MOST_DECODE_BYTES = 480_000_000;

/**
 * Reads the header of a photo.
 *
 * @param maxPixels the largest width times height that is taken.
 * @throws AppError `unsupported_image`, `broken_image` or `too_many_pixels`, also for fewer pixels where decoding them would take
 *   too much memory.
 */
export async function readHeader(photo: Uint8Array, maxPixels: number): Promise<PhotoHeader> {
  const sniffed = sniffFormat(photo);
  if (!('format' in sniffed)) {
    throw new AppError('unsupported_image', `This is ${sniffed.found}. Taken are ${TAKEN_FORMATS}.`);
  }
  const { format } = sniffed;
  const metadata = await sharp(photo, { limitInputPixels: false })
    .metadata()
    .catch((cause: unknown) => {
      throw brokenImage(format, cause);
    });
  const { width, height, orientation = 1, pages: frames = 1 } = metadata;
  if (width * height > maxPixels) {
    const limit = Math.floor(maxPixels / 1e6);
    throw new AppError(
      'too_many_pixels',
      `This picture has ${width} x ${height} pixels; at most ${limit} megapixels are taken.`,
    );
  }
  const decodeBytes = decodeMemory(format, metadata);
  if (decodeBytes > MOST_DECODE_BYTES) {
    const [needed, most] = [decodeBytes, MOST_DECODE_BYTES].map((bytes) => Math.floor(bytes / 1e6));
    throw new AppError(
      'too_many_pixels',
      `To decode this ${IMAGE_FORMATS[format].name} picture of ${width} x ${height} pixels would take ${needed} MB of memory; ` +
        `at most ${most} MB are taken. Save it smaller, or as a JPEG that is not progressive.`,
    );
  }
  const header = {
    format,
    decodeBytes,
    mediaType: IMAGE_FORMATS[format].mediaType,
    frames,
    profileIsSrgb: metadata.icc !== undefined && isSrgbProfile(metadata.icc),
    orientation,
  };
  return orientation >= 5 ? { ...header, width: height, height: width } : { ...header, width, height };
}

/**
 * Starts decoding a photo to the given size: upright, in sRGB with 8 bits, without transparency, the first frame
 * only, and by the decoder's own cheap reduction where it has one.
 *
 * @param size size of the upright result in pixels; its aspect ratio is taken as it is.
 * @param kernel what the picture is scaled with: the default keeps the most detail, `linear` is the quickest.
 */
export function decodeTo(
  photo: Uint8Array,
  { profileIsSrgb }: PhotoHeader,
  { width, height }: Size,
  kernel: ScalingKernel = 'lanczos3',
): Sharp {
  return sharp(photo, {
    // Also refuses pictures whose middle is damaged; less strict, they would decode to grey blocks.
    failOn: 'warning',
    limitInputPixels: false,
    // Colours are converted before the reduction, and from sRGB to itself that costs half as much as decoding.
    ignoreIcc: profileIsSrgb,
  })
    .autoOrient()
    .resize(width, height, { fit: 'fill', kernel })
    .flatten({ background: GROUND })
    .toColourspace('srgb');
}

/** A decoded photo and how it lies in the upright photo. */
export interface DecodedPhoto {
  pixels: Pixels;
  frame: Frame;
}

/**
 * Decodes a photo to pixels of the given size; see `decodeTo`.
 *
 * @throws AppError `broken_image` when the file is damaged or incomplete.
 */
export async function decodePixels(
  photo: Uint8Array,
  header: PhotoHeader,
  size: Size,
  kernel?: ScalingKernel,
): Promise<DecodedPhoto> {
  const { data, info } = await decodeTo(photo, header, size, kernel)
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw brokenImage(header.format, cause);
    });
  return { pixels: { data, width: info.width, height: info.height }, frame: frameOf(header, size) };
}

/** The refusal for a file whose header is fine and whose content is not. */
export function brokenImage(format: ImageFormat, cause: unknown): AppError {
  const name = IMAGE_FORMATS[format].name;
  return new AppError('broken_image', `This ${name} picture is damaged or incomplete.`, { cause });
}

/**
 * A JPEG reduced while decoding is a little larger than the photo when its sides are no multiple of the reduction:
 * the last column or row then stands for pixels beyond the stored picture's right or lower edge, and orientation
 * may put that edge left or on top.
 */
function frameOf(header: PhotoHeader, size: Size): Frame {
  const shrink =
    header.format === 'jpeg'
      ? jpegShrink(Math.min(header.width / size.width, header.height / size.height))
      : 1;
  const scaleX = (Math.ceil(header.width / shrink) * shrink) / size.width;
  const scaleY = (Math.ceil(header.height / shrink) * shrink) / size.height;
  const mirroredX = [2, 3, 6, 7].includes(header.orientation);
  const mirroredY = [3, 4, 7, 8].includes(header.orientation);
  return {
    scaleX,
    scaleY,
    offsetX: mirroredX ? header.width - size.width * scaleX : 0,
    offsetY: mirroredY ? header.height - size.height * scaleY : 0,
  };
}

/** The reduction, 1, 2, 4 or 8, that sharp lets libjpeg do for a wanted one (its `fastShrinkOnLoad`). */
function jpegShrink(wanted: number): number {
  const shrink = [8, 4, 2].find((factor) => wanted >= factor) ?? 1;
  return shrink > 1 && Math.floor(wanted) === shrink ? shrink / 2 : shrink;
}
