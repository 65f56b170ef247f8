import { type Canvas, createCanvas } from 'canvas';
import { drawPhoto } from './drawn-photo.ts';
import { drawReceipt } from './drawn-receipt.ts';
import type { PictureFile } from './photo-upload.ts';
import { pick, type Random, seededRandom, wholeBetween } from './random.ts';

/** A picture and what is to be done with it. */
export interface MixedPicture extends PictureFile {
  path: '/api/v1/photos' | '/api/v1/detect' | '/api/v1/extract';
}

const SIGNS = ['OPEN TODAY UNTIL NINE', 'NO PARKING', 'Fresh bread every morning', 'CITY LIBRARY'] as const;
const LONGEST_SIDES = [480, 640, 1024, 1280, 1600, 1920, 2560] as const;

/**
 * Pictures without end, no two alike: photos with and without words and receipts, upright and lying, small and large,
 * in several formats. Each is a part of one of a few drawings, which costs a fraction of a new drawing.
 */
export async function* mixedPictures(seed: number): AsyncGenerator<MixedPicture, never> {
  const random = seededRandom(seed);
  const streets = Array.from({ length: 8 }, (_, i) =>
    drawPhoto(100 + i, { ...(i % 2 === 0 ? {} : { sign: pick(random, SIGNS) }) }),
  );
  const receipts = Array.from({ length: 6 }, (_, i) => drawReceipt(200 + i));
  for (let number = 1; ; number++) {
    const isReceipt = number % 4 === 0;
    const drawing = isReceipt ? receipts[number % receipts.length] : streets[number % streets.length];
    if (!drawing) throw new Error('There is no drawing to take a part of');
    const part = partOf(drawing, isReceipt ? 0.9 : 0.6, random);
    const { extension, bytes } = await encode(part, number, random);
    const path = isReceipt ? '/api/v1/extract' : number % 2 === 0 ? '/api/v1/detect' : '/api/v1/photos';
    yield { name: `mixed-${number}.${extension}`, bytes, path };
  }
}

/** A part of a drawing at a random place, scaled to a random size. */
function partOf(drawing: Canvas, leastShare: number, random: Random): Canvas {
  const [shareX, shareY] = [1, 1].map(() => leastShare + random() * (1 - leastShare)) as [number, number];
  const [width, height] = [drawing.width * shareX, drawing.height * shareY];
  const longest = pick(random, LONGEST_SIDES);
  const scale = (longest / Math.max(width, height)) * (0.8 + random() * 0.2);
  const part = createCanvas(Math.round(width * scale), Math.round(height * scale));
  const [left, top] = [random() * (drawing.width - width), random() * (drawing.height - height)];
  part.getContext('2d').drawImage(drawing, left, top, width, height, 0, 0, part.width, part.height);
  return part;
}

/** Mostly JPEG, as people's photos are. AVIF is seldom: it takes long to make. */
async function encode(
  part: Canvas,
  number: number,
  random: Random,
): Promise<{ extension: string; bytes: Buffer }> {
  if (number % 50 === 1) return { extension: 'avif', bytes: await part.encode('avif', { speed: 10 }) };
  if (number % 10 === 3) return { extension: 'png', bytes: await part.encode('png') };
  if (number % 10 === 7) return { extension: 'webp', bytes: await part.encode('webp', 80) };
  return { extension: 'jpg', bytes: await part.encode('jpeg', wholeBetween(random, 75, 92)) };
}
