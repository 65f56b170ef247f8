/** The picture formats that are taken, with the name that people know and the media type. */
export const IMAGE_FORMATS = {
  jpeg: { name: 'JPEG', mediaType: 'image/jpeg' },
  png: { name: 'PNG', mediaType: 'image/png' },
  webp: { name: 'WebP', mediaType: 'image/webp' },
  gif: { name: 'GIF', mediaType: 'image/gif' },
  avif: { name: 'AVIF', mediaType: 'image/avif' },
  tiff: { name: 'TIFF', mediaType: 'image/tiff' },
} as const;

export type ImageFormat = keyof typeof IMAGE_FORMATS;

/** What is taken, as a refusal says it. */
export const TAKEN_FORMATS = 'JPEG, PNG, WebP, GIF (its first frame), AVIF and TIFF';

/** What a file's first bytes say that it is: a format that is taken, or the name of something else. */
export type Sniffed = { format: ImageFormat } | { found: string };

/** How far into a text file the root element of an SVG is looked for. */
const TEXT_BYTES = 1024;

const SIGNATURES: readonly (readonly [signature: string, sniffed: Sniffed])[] = [
  ['\xff\xd8\xff', { format: 'jpeg' }],
  ['\x89PNG\r\n\x1a\n', { format: 'png' }],
  ['GIF87a', { format: 'gif' }],
  ['GIF89a', { format: 'gif' }],
  ['II*\0', { format: 'tiff' }],
  ['MM\0*', { format: 'tiff' }],
  ['II+\0', { format: 'tiff' }],
  ['MM\0+', { format: 'tiff' }],
  ['BM', { found: 'a BMP picture' }],
  ['\0\0\x01\0', { found: 'an icon (ICO)' }],
  ['\xff\x0a', { found: 'a JPEG XL picture' }],
  ['\0\0\0\x0cJXL ', { found: 'a JPEG XL picture' }],
  ['\0\0\0\x0cjP  ', { found: 'a JPEG 2000 picture' }],
  ['8BPS', { found: 'a Photoshop document' }],
  ['%PDF', { found: 'a PDF document' }],
  ['%!PS', { found: 'a PostScript document' }],
  ['PK\x03\x04', { found: 'a ZIP archive or an office document' }],
  ['\x1f\x8b', { found: 'a gzip archive' }],
  ['\x1aE\xdf\xa3', { found: 'a video' }],
];

/** The major brands of ISO media files (`ftyp` box) that are pictures. */
const BRANDS: Readonly<Record<string, Sniffed>> = {
  avif: { format: 'avif' },
  avis: { format: 'avif' },
  heic: { found: 'a HEIC picture' },
  heix: { found: 'a HEIC picture' },
  hevc: { found: 'a HEIC picture' },
  hevx: { found: 'a HEIC picture' },
};

/**
 * Tells a file's format from its bytes alone; neither a name nor a claimed media type is believed. Only what is
 * recognised here reaches the decoder, so that no other loader (SVG, PDF …) can be made to run.
 */
export function sniffFormat(bytes: Uint8Array): Sniffed {
  if (bytes.length === 0) return { found: 'an empty file' };
  const head = latin1(bytes.subarray(0, TEXT_BYTES));
  if (head.startsWith('RIFF')) {
    return head.startsWith('WEBP', 8) ? { format: 'webp' } : { found: 'a sound or video file' };
  }
  if (head.startsWith('ftyp', 4)) return sniffIsoMedia(bytes, head);
  const signature = SIGNATURES.find(([start]) => head.startsWith(start));
  return signature?.[1] ?? { found: describeOther(head) };
}

/** An `mif1` file names what it holds in its list of compatible brands. */
function sniffIsoMedia(bytes: Uint8Array, head: string): Sniffed {
  const boxLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  for (let at = 8; at + 4 <= Math.min(boxLength, head.length); at += at === 8 ? 8 : 4) {
    const sniffed = BRANDS[head.slice(at, at + 4)];
    if (sniffed) return sniffed;
  }
  return { found: 'a video' };
}

function describeOther(head: string): string {
  if (/<svg[\s>]/i.test(head)) return 'an SVG drawing';
  if (/^\s*<(!doctype html|html)/i.test(head)) return 'a web page';
  if (/^[\t\n\r\x20-\x7e\x80-\xff]*$/.test(head)) return 'a text file';
  return 'no picture format that is known here';
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
