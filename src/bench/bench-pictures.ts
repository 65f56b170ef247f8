import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Canvas } from 'canvas';
import sharp from 'sharp';
import { drawPhoto } from './drawn-photo.ts';
import { drawReceipt } from './drawn-receipt.ts';
import type { PictureFile } from './photo-upload.ts';

const PHOTOS = 8;
const RECEIPTS = 6;

/** A picture in memory and on disk: some take bytes, some take files. */
export interface StoredPicture extends PictureFile {
  file: string;
}

/** What is measured with; disposing removes what was drawn. */
export interface BenchPictures extends AsyncDisposable {
  /** JPEG files of 1920 x 1080 pixels. */
  photos: readonly StoredPicture[];
  /** JPEG files of scanned receipts. */
  receipts: readonly StoredPicture[];
}

export interface OwnPictures {
  /** Folders with JPEG files to measure with instead of drawn ones. */
  photosDir: string | undefined;
  receiptsDir: string | undefined;
}

/** Draws the pictures, or reads those that somebody brings. */
export async function prepareBenchPictures({ photosDir, receiptsDir }: OwnPictures): Promise<BenchPictures> {
  const folder = await mkdtemp(path.join(tmpdir(), 'detectx-bench-pictures-'));
  const draw = async (name: string, count: number, drawing: (seed: number) => Canvas, quality: number) => {
    const drawn: StoredPicture[] = [];
    for (let seed = 1; seed <= count; seed++) {
      const bytes = await plainJpeg(drawing(seed), quality);
      const file = path.join(folder, `${name}-${seed}.jpg`);
      await writeFile(file, bytes);
      drawn.push({ name: path.basename(file), bytes, file });
    }
    return drawn;
  };
  return {
    photos: photosDir ? await readPictures(photosDir) : await draw('photo', PHOTOS, drawPhoto, 87),
    receipts: receiptsDir
      ? await readPictures(receiptsDir)
      : await draw('receipt', RECEIPTS, drawReceipt, 85),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A JPEG as most cameras and scanners write it; canvas adds a colour profile, which costs as much as decoding does. */
function plainJpeg(picture: Canvas, quality: number): Promise<Buffer> {
  const raw = { width: picture.width, height: picture.height, channels: 4 as const };
  return sharp(picture.data(), { raw }).removeAlpha().jpeg({ quality }).toBuffer();
}

async function readPictures(folder: string): Promise<StoredPicture[]> {
  const names = (await readdir(folder)).filter((name) => /\.jpe?g$/i.test(name)).sort();
  if (names.length === 0) throw new Error(`${folder} holds no JPEG file`);
  return Promise.all(
    names.map(async (name) => {
      const file = path.resolve(folder, name);
      return { name, file, bytes: await readFile(file) };
    }),
  );
}
