import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { DatasetPhoto } from './dataset.ts';
import type { DatasetFormat } from './dataset-format.ts';
import { ZipReader } from './zip-reader.ts';

/** A photo of a data set, as much of it as is needed to tell whether it is the same when it is read again. */
export interface ExpectedPhoto {
  name: string;
  width: number;
  height: number;
  /** Hash of everything that is said of it. */
  digest: string;
  /** That of its picture file. */
  sha256: string;
}

/** The archive is our own. */
const UNBOUNDED = { maxEntries: Number.MAX_SAFE_INTEGER, maxUnpacked: Number.MAX_SAFE_INTEGER };

export function expectedPhoto(photo: DatasetPhoto, sha256: string): ExpectedPhoto {
  const { name, width, height } = photo;
  return { name, width, height, digest: digestOf(photo), sha256 };
}

/**
 * Reads a data set and compares it with what was to be written, every value and every byte of the pictures.
 * @throws Error when they differ: then the program is at fault, not who asked for it.
 */
export async function demandSame(
  file: string,
  format: DatasetFormat,
  expected: readonly ExpectedPhoto[],
  signal: AbortSignal,
): Promise<void> {
  const sizes = new Map(expected.map((photo) => [photo.name, photo]));
  const sizeOf = (name: string) => sizes.get(name) ?? differs(name);
  const zip = await ZipReader.open(file, UNBOUNDED);
  try {
    let read = 0;
    for await (const photo of format.read(zip, sizeOf)) {
      signal.throwIfAborted();
      if (digestOf(photo) !== expected[read]?.digest) differs(photo.name);
      read += 1;
    }
    if (read !== expected.length || sizes.size !== expected.length) differs('the number of photos');
    if (format.pictures === null) return;
    for (const { name, sha256 } of expected) {
      signal.throwIfAborted();
      if ((await hashOf(await zip.read(`${format.pictures}/${name}`))) !== sha256) differs(name);
    }
  } catch (cause) {
    signal.throwIfAborted();
    throw new Error('a data set that was written could not be read again as it should be', { cause });
  } finally {
    zip.close();
  }
}

function differs(what: string): never {
  throw new Error(`${what} differs`);
}

function digestOf({ name, originalName, width, height, detections, lines }: DatasetPhoto): string {
  const values = [
    [name, originalName, width, height],
    detections.map(({ label, score, box }) => [label, score, box.x, box.y, box.width, box.height]),
    lines.map(({ text, score, polygon }) => [text, score, polygon]),
  ];
  return createHash('sha256').update(JSON.stringify(values)).digest('base64');
}

async function hashOf(content: Readable): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of content) hash.update(chunk);
  return hash.digest('hex');
}
