import path from 'node:path';
import { AppError } from '../errors.ts';
import { ARRAYS, type CocoArray, CocoReading } from './coco-reading.ts';
import { jsonElements } from './json-elements.ts';
import { PicturePaths } from './picture-paths.ts';
import { mergedByPicture, type PlannedPhoto } from './planned-photo.ts';
import type { ZipReader } from './zip-reader.ts';

export interface ImportPlan {
  photos: PlannedPhoto[];
  /** What concerns the archive as a whole. */
  notes: string[];
}

export interface PlanLimits {
  /** Photos in one archive. */
  maxPhotos: number;
  /** Annotations and lines of text in one archive. */
  maxAnnotations: number;
  /** Bytes of one file of annotations. */
  maxJsonBytes: number;
}

/**
 * Reads what the annotations of a COCO data set say of its photos, wherever in the archive they stand.
 * @throws {AppError} `invalid_input` when there are none, or more than the limits allow.
 */
export async function planImport(zip: ZipReader, limits: PlanLimits): Promise<ImportPlan> {
  const pictures = new PicturePaths(zip.names());
  const plan: ImportPlan = { photos: [], notes: [] };
  const named = new Set<string>();
  const files = zip.names().filter((name) => /\.json$/i.test(name) && !isHidden(name));
  if (files.length === 0)
    throw new AppError('invalid_input', 'There is no file of annotations (.json) in the ZIP archive.');
  let entries = 0;
  let images = 0;
  for (const file of files) {
    if (zip.sizeOf(file) > limits.maxJsonBytes) {
      throw new AppError(
        'invalid_input',
        `“${file}” is larger than the ${Math.floor(limits.maxJsonBytes / (1024 * 1024))} MB that annotations may have.`,
      );
    }
    const reading = new CocoReading(pictures, path.posix.dirname(file), named);
    try {
      const elements = jsonElements(zip.text(file), ARRAYS, (key) => reading.begin(key as CocoArray));
      for await (const { key, value } of elements) {
        if (reading.take(key as CocoArray, value)) images += 1;
        if (images > limits.maxPhotos) {
          throw new TooMuch(
            `The data set has more than ${limits.maxPhotos} photos. Take it in in several parts.`,
          );
        }
        entries += 1;
        if (entries > limits.maxAnnotations) {
          throw new TooMuch(
            `The data set has more than ${limits.maxAnnotations} entries. Take it in in several parts.`,
          );
        }
      }
    } catch (error) {
      if (error instanceof TooMuch) throw new AppError('invalid_input', error.message);
      if (!(error instanceof AppError)) throw error;
      plan.notes.push(`“${file}” was passed over: ${error.message}`);
      continue;
    }
    if (!reading.isCoco) {
      plan.notes.push(`“${file}” was passed over: it has no images and categories as COCO has them.`);
      continue;
    }
    const { photos, notes } = reading.finish();
    plan.photos = plan.photos.concat(photos);
    plan.notes.push(...notes);
  }
  if (plan.photos.length === 0) {
    throw new AppError(
      'invalid_input',
      ['There are no COCO annotations in the ZIP archive.', ...plan.notes].join(' '),
    );
  }
  plan.photos = mergedByPicture(plan.photos);
  const left = pictures.count - new Set(plan.photos.map((photo) => photo.path).filter(Boolean)).size;
  if (left > 0) plan.notes.push(`Pictures that no annotations name, and were left out: ${left}.`);
  return plan;
}

class TooMuch extends Error {}

/** Files that systems leave in archives beside what was meant. */
function isHidden(name: string): boolean {
  return name.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');
}
