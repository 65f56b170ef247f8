import type { Size } from '../imaging/pixels.ts';
import { cocoFormat } from './coco-format.ts';
import { csvFormat } from './csv-format.ts';
import type { DatasetPhoto } from './dataset.ts';
import type { NumberedLabel } from './label-numbers.ts';
import { vocFormat } from './voc-format.ts';
import { yoloFormat } from './yolo-format.ts';
import type { ZipReader } from './zip-reader.ts';
import type { ZipWriter } from './zip-writer.ts';

/** Writes what is said of photos, one photo after the other. */
export interface DatasetWriter {
  add(photo: DatasetPhoto): Promise<void>;
  /** Writes what stands behind the last photo. */
  finish(): Promise<void>;
}

export interface WriterParts {
  zip: ZipWriter;
  /** An empty folder for what cannot be written to the archive yet; whoever gave it removes it. */
  scratch: string;
  /** Those of the detector. */
  labels: readonly NumberedLabel[];
}

/** A form of data sets: how it is written, and read again. */
export interface DatasetFormat {
  /** Folder of the picture files in the archive; null where they are not part of it. */
  pictures: string | null;
  /** What of a photo it can say. */
  carried(photo: DatasetPhoto): DatasetPhoto;
  write(parts: WriterParts): DatasetWriter;
  /**
   * Gives back what was written, in its order.
   * @param sizeOf size of a picture by its file name, for forms that do not say it
   * @throws {AppError} `invalid_input` when the archive is not as `write` makes it.
   */
  read(zip: ZipReader, sizeOf: (name: string) => Size): AsyncGenerator<DatasetPhoto>;
}

export const FORMATS = ['coco', 'yolo', 'voc', 'csv'] as const;
export type FormatName = (typeof FORMATS)[number];

export const DATASET_FORMATS: Readonly<Record<FormatName, DatasetFormat>> = {
  coco: cocoFormat,
  yolo: yoloFormat,
  voc: vocFormat,
  csv: csvFormat,
};
