import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import pLimit from 'p-limit';
import type { CorrectedFindings, CorrectionReader } from '../corrections/corrected-findings.ts';
import { AppError } from '../errors.ts';
import type { PhotoFiles } from '../photos/photo-files.ts';
import { datasetPhoto, type Truth } from './dataset.ts';
import { DATASET_FORMATS, type FormatName } from './dataset-format.ts';
import { demandSame, type ExpectedPhoto, expectedPhoto } from './dataset-proof.ts';
import type { NumberedLabel } from './label-numbers.ts';
import { openOriginal } from './original-file.ts';
import type { PhotoSelection, SelectedPhotos } from './selected-photos.ts';
import { ZipWriter } from './zip-writer.ts';

export interface ExportRequest {
  selection: PhotoSelection;
  format: FormatName;
  as: Truth;
}

/** A data set that can be handed out. */
export interface ExportedFile {
  filename: string;
  bytes: number;
  /** To be read once. When the last byte is given out, it no longer counts among those of its member. */
  content: Readable;
  /** Removes it; whoever got it must call this. */
  discard(): Promise<void>;
}

/** Data sets that are made side by side, that exist at all, and of one member. */
const MADE_AT_ONCE = 2;
const MOST = 8;
const MOST_OF_A_MEMBER = 2;

export interface DatasetExporterOptions {
  selected: SelectedPhotos;
  files: Pick<PhotoFiles, 'incoming' | 'originalPath'>;
  corrections: CorrectionReader;
  /** Those of the detector. */
  labels: readonly NumberedLabel[];
}

/** Makes data sets of photos: each is written to a file, read again and compared before anybody gets it. */
export class DatasetExporter {
  readonly #options: DatasetExporterOptions;
  readonly #making = pLimit(MADE_AT_ONCE);
  /** One for each data set that is there, or is to be: whose it is. */
  readonly #owners: string[] = [];

  constructor(options: DatasetExporterOptions) {
    this.#options = options;
  }

  /**
   * Photos that nobody has said anything of yet, neither a model nor their owner, are left out: a data set without boxes says
   * that there is nothing to be seen.
   * @param signal ends the work when nobody waits for it any more.
   * @throws {AppError} `invalid_input` when no photo is left; `not_found`; `overloaded`.
   */
  async export(memberId: string, request: ExportRequest, signal: AbortSignal): Promise<ExportedFile> {
    const leave = this.#enter(memberId);
    const folder = path.join(this.#options.files.incoming, randomUUID());
    const discard = async () => {
      leave();
      await rm(folder, { recursive: true, force: true });
    };
    try {
      return await this.#making(async () => {
        signal.throwIfAborted();
        await mkdir(folder);
        const file = path.join(folder, 'dataset.zip');
        const photos = await this.#write(file, folder, memberId, request, signal);
        await demandSame(file, DATASET_FORMATS[request.format], photos, signal);
        const { size: bytes } = await stat(file);
        return {
          filename: `detectx-${request.format}-${request.as}.zip`,
          bytes,
          content: Readable.from(untilLast(file, bytes, leave), { objectMode: false }),
          discard,
        };
      });
    } catch (error) {
      await discard();
      throw error;
    }
  }

  async #write(
    file: string,
    scratch: string,
    memberId: string,
    { selection, format: formatName, as }: ExportRequest,
    signal: AbortSignal,
  ): Promise<ExpectedPhoto[]> {
    const { selected, files, corrections, labels } = this.#options;
    const format = DATASET_FORMATS[formatName];
    const zip = new ZipWriter(createWriteStream(file));
    const writer = format.write({ zip, scratch, labels });
    const expected: ExpectedPhoto[] = [];
    try {
      for await (const page of selected.pages(memberId, selection)) {
        const corrected =
          as === 'corrected' ? await corrections.correctedOf(page) : new Map<string, CorrectedFindings>();
        for (const photo of page) {
          signal.throwIfAborted();
          const findings: CorrectedFindings | null = corrected.get(photo.id) ?? photo.findings;
          if (findings === null) continue;
          const entry = datasetPhoto(photo, findings);
          if (format.pictures !== null) {
            const original = await openOriginal(files.originalPath(photo.id, photo.sha256));
            if (original === null) continue;
            await zip.addStream(`${format.pictures}/${entry.name}`, original);
          }
          await writer.add(entry);
          expected.push(expectedPhoto(format.carried(entry), photo.sha256));
        }
      }
      if (expected.length === 0) {
        throw new AppError('invalid_input', 'None of these photos is analysed yet. Try again in a moment.');
      }
      await writer.finish();
      await zip.finish();
    } finally {
      zip.abandon();
    }
    return expected;
  }

  /**
   * Counts one more data set of a member.
   * @returns what ends that; a second call does nothing.
   * @throws {AppError} `overloaded`
   */
  #enter(memberId: string): () => void {
    const own = this.#owners.filter((owner) => owner === memberId).length;
    if (own >= MOST_OF_A_MEMBER || this.#owners.length >= MOST) {
      const message =
        own < MOST_OF_A_MEMBER
          ? 'Too many data sets are being made at once. Please try again in a moment.'
          : 'Two data sets are on their way to you already. Please wait for them first.';
      throw new AppError('overloaded', message, { retryAfterSeconds: 30 });
    }
    this.#owners.push(memberId);
    let entered = true;
    return () => {
      if (entered) this.#owners.splice(this.#owners.indexOf(memberId), 1);
      entered = false;
    };
  }
}

/** @param last Called right before the last bytes are given out: whoever has them may ask for more. */
async function* untilLast(file: string, bytes: number, last: () => void): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    left -= chunk.length;
    if (left === 0) last();
    yield chunk;
  }
}
