import type { Metadata } from 'sharp';
import type { ImageFormat } from './image-format.ts';

/**
 * About how many bytes of memory the decoder takes for a picture that it cannot read row by row, and next to nothing for
 * others. Small files can ask for very much. Measured with sharp 0.35 on pictures of 25 and 100 megapixels, rounded up.
 */
export function decodeMemory(format: ImageFormat, metadata: Metadata): number {
  return Math.ceil(metadata.width * metadata.height * bytesPerPixel(format, metadata));
}

function bytesPerPixel(format: ImageFormat, metadata: Metadata): number {
  const { channels, isProgressive, chromaSubsampling, depth } = metadata;
  const stored = channels * (SAMPLE_BYTES[depth] ?? 8);
  switch (format) {
    case 'jpeg':
      // All coefficients, of two bytes each, of all its scans.
      return isProgressive ? 2.1 * channels * (chromaSubsampling === '4:2:0' ? 0.5 : 1) : 0;
    case 'png':
      // Interlaced: complete only with the last of seven passes.
      return isProgressive ? 1.3 * stored : 0;
    case 'tiff':
      // It may be one strip, which is unpacked whole.
      return stored;
    case 'gif':
      return 5.5;
    case 'webp':
      return 4.5;
    case 'avif':
      return 20;
  }
}

const SAMPLE_BYTES: Partial<Record<Metadata['depth'], number>> = {
  uchar: 1,
  char: 1,
  ushort: 2,
  short: 2,
  uint: 4,
  int: 4,
  float: 4,
};
