import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { GivenFindings } from '../corrections/corrected-findings.ts';
import { AppError } from '../errors.ts';
import type { AnalysisRequest, Photo } from '../photos/photo.ts';
import type { PhotoFiles } from '../photos/photo-files.ts';
import type { ArrivedFile, PhotoService, TakenPhoto } from '../photos/photo-service.ts';
import { planImport } from './coco-plan.ts';
import type { ImportedPhoto, ImportReport } from './import-report.ts';
import { findingsOf } from './imported-findings.ts';
import type { PlannedPhoto } from './planned-photo.ts';
import { ZipReader } from './zip-reader.ts';

/** How much one data set may bring. */
export interface ImportLimits {
  /** Bytes of the ZIP archive. */
  maxBytes: number;
  maxPhotos: number;
  maxAnnotations: number;
  maxJsonBytes: number;
}

const MB = 1024 * 1024;

export const IMPORT_LIMITS: Readonly<ImportLimits> = {
  maxBytes: 1000 * MB,
  maxPhotos: 2000,
  maxAnnotations: 200_000,
  maxJsonBytes: 128 * MB,
};

/** Pictures are packed already: an archive that grows more than this, beside its annotations, is made to do harm. */
const GROWTH = 20;
/** Files that an archive may have for each photo: pictures, other forms of annotations. */
const FILES_PER_PHOTO = 5;

/** Data sets that arrive or are taken in, and those of them that are taken in side by side: the others wait. */
const MOST_PLACES = 6;
const IMPORTS_AT_ONCE = 2;
const ANALYSES_AT_ONCE = 4;
/** An analysis for which there is no room is asked for again after each of these pauses. */
const PAUSES_MS = [1000, 2000, 4000, 8000];

export interface DatasetImporterOptions {
  photos: PhotoService;
  files: Pick<PhotoFiles, 'incoming' | 'discard'>;
  corrections: { replaceAll(photo: Photo, findings: GivenFindings, by: string): Promise<void> };
  /** What the photos are analysed for. */
  request: AnalysisRequest;
  /** Bytes of one photo. */
  maxPhotoBytes: number;
}

/** The pictures of an archive that were looked at. */
interface Seen {
  /** Their paths. */
  places: Set<string>;
  /** Their paths by their hashes. */
  pictures: Map<string, string>;
}

/** One member's turn to bring a data set. */
export interface ImportPlace {
  /**
   * Photo after photo, in the order of the annotations: so the photos are in the same order here. A photo that cannot be
   * taken hinders none of the others; what was taken stays whatever happens after it, and taking the same data set in again
   * completes it. The turn ends with it.
   * @param archive Is removed in any case.
   * @throws {AppError} `invalid_input` when it is no archive that can be read or has no COCO annotations; then nothing was
   *   taken.
   */
  import(archive: ArrivedFile): Promise<ImportReport>;
  /** Gives the turn up; does nothing once a data set is being taken in. */
  leave(): void;
}

/** Takes COCO data sets in: their pictures as photos, their annotations as the corrections of these. */
export class DatasetImporter {
  readonly #options: DatasetImporterOptions;
  /** By member; null while the archive still arrives. */
  readonly #places = new Map<string, Promise<ImportReport> | null>();
  readonly #importing = pLimit(IMPORTS_AT_ONCE);
  readonly #stop = new AbortController();

  constructor(options: DatasetImporterOptions) {
    this.#options = options;
  }

  /**
   * Asks for a turn; to be done before the archive arrives, which may take long.
   * @throws {AppError} `conflict` while the member has one, `overloaded`.
   */
  enter(memberId: string): ImportPlace {
    if (this.#places.has(memberId)) {
      throw new AppError('conflict', 'Another data set of yours is being taken in. Wait until that is done.');
    }
    if (this.#places.size >= MOST_PLACES) {
      throw new AppError('overloaded', 'Other data sets are being taken in. Please try again in a moment.', {
        retryAfterSeconds: 60,
      });
    }
    this.#places.set(memberId, null);
    let state: 'arriving' | 'importing' | 'left' = 'arriving';
    return {
      import: async (archive) => {
        if (state !== 'arriving') {
          await this.#options.files.discard(archive.path);
          throw new AppError('conflict', 'The connection broke before the data set was here.');
        }
        state = 'importing';
        const work = this.#received(memberId, archive);
        this.#places.set(memberId, work);
        return work.finally(() => this.#places.delete(memberId));
      },
      leave: () => {
        if (state === 'arriving') this.#places.delete(memberId);
        if (state === 'arriving') state = 'left';
      },
    };
  }

  /** Stops at the next photo, and waits for the one that is in work. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled(this.#places.values());
  }

  async #received(memberId: string, archive: ArrivedFile): Promise<ImportReport> {
    try {
      return await this.#importing(() => this.#import(memberId, archive));
    } finally {
      await this.#options.files.discard(archive.path);
    }
  }

  async #import(memberId: string, archive: ArrivedFile): Promise<ImportReport> {
    const { maxPhotos, maxJsonBytes } = IMPORT_LIMITS;
    const zip = await ZipReader.open(archive.path, {
      maxEntries: maxPhotos * FILES_PER_PHOTO,
      maxUnpacked: archive.bytes * GROWTH + maxJsonBytes,
    });
    try {
      const plan = await planImport(zip, IMPORT_LIMITS);
      const seen: Seen = { places: new Set(), pictures: new Map() };
      const inWork = new Set<Promise<unknown>>();
      const results: Promise<ImportedPhoto>[] = [];
      /** Why no further photo is taken. */
      let over: string | null = null;
      let last: Photo | null = null;
      for (const planned of plan.photos) {
        if (this.#stop.signal.aborted) over = 'The server was stopped before its turn came.';
        if (over !== null) {
          results.push(Promise.resolve(refused(planned, over)));
          continue;
        }
        try {
          await afterwards(last);
          const taken = await this.#take(zip, memberId, planned, seen);
          last = taken.photo;
          const correcting = this.#correct(taken, planned, memberId);
          results.push(correcting);
          // A fault is told when all results are put together.
          const settled: Promise<unknown> = correcting
            .catch(() => null)
            .finally(() => inWork.delete(settled));
          inWork.add(settled);
          if (inWork.size >= ANALYSES_AT_ONCE) await Promise.race(inWork);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          // Of a full account those photos are still taken that are here already.
          if (error.code === 'not_authenticated') over = error.message;
          results.push(Promise.resolve(refused(planned, error.message)));
        }
      }
      return { photos: await Promise.all(results), notes: plan.notes };
    } finally {
      zip.close();
    }
  }

  /** Takes the picture in as any upload. */
  async #take(
    zip: ZipReader,
    memberId: string,
    { path: place, filename }: PlannedPhoto,
    seen: Seen,
  ): Promise<TakenPhoto> {
    const { photos, maxPhotoBytes, request } = this.#options;
    if (place === null)
      throw new AppError(
        'invalid_input',
        'Its picture is not in the archive, or it cannot be told which one it is.',
      );
    if (zip.sizeOf(place) > maxPhotoBytes) {
      throw new AppError(
        'upload_too_large',
        `A photo may have at most ${Math.floor(maxPhotoBytes / MB)} MB.`,
      );
    }
    // Not unpacked for each name that a small archive may give it.
    if (seen.places.has(place)) throw samePictureAs(place);
    seen.places.add(place);
    const file = await this.#unpack(zip, place, filename);
    const same = seen.pictures.get(file.sha256);
    if (same !== undefined) {
      await photos.discard(file);
      throw samePictureAs(same);
    }
    seen.pictures.set(file.sha256, place);
    return photos.add(memberId, file, request);
  }

  async #unpack(zip: ZipReader, place: string, filename: string): Promise<ArrivedFile> {
    const location = path.join(this.#options.files.incoming, randomUUID());
    const hash = createHash('sha256');
    try {
      await pipeline(
        await zip.read(place),
        async function* (content: AsyncIterable<Buffer>) {
          for await (const chunk of content) {
            hash.update(chunk);
            yield chunk;
          }
        },
        createWriteStream(location),
      );
    } catch (error) {
      await rm(location, { force: true });
      throw error;
    }
    return { path: location, filename, sha256: hash.digest('hex'), bytes: zip.sizeOf(place) };
  }

  /** Makes the annotations of a photo its corrections, as soon as it is analysed. */
  async #correct(
    { photo, existing, asked }: TakenPhoto,
    planned: PlannedPhoto,
    memberId: string,
  ): Promise<ImportedPhoto> {
    const { findings, notes } = findingsOf(planned, photo);
    const item = { name: planned.name, photoId: photo.id, filename: photo.filename, notes };
    try {
      if (findings === null) {
        this.#options.photos.analyseInBackground(photo, asked);
        return { ...item, outcome: 'incomplete', detections: 0, lines: 0 };
      }
      await this.#options.corrections.replaceAll(await this.#analysed(photo, asked), findings, memberId);
      const counts = { detections: findings.detections.length, lines: findings.lines.length };
      return { ...item, outcome: existing ? 'known' : 'taken', ...counts };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      notes.push(`${error.message} Take the data set in once more then: it completes what is missing.`);
      return { ...item, outcome: 'incomplete', detections: 0, lines: 0 };
    }
  }

  async #analysed(photo: Photo, asked: AnalysisRequest): Promise<Photo> {
    for (const pause of PAUSES_MS) {
      try {
        return await this.#options.photos.analyse(photo, asked);
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'overloaded') throw error;
        await delay(pause, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
    return this.#options.photos.analyse(photo, asked);
  }
}

function samePictureAs(place: string): AppError {
  return new AppError('conflict', `It is the same picture as “${place}”.`);
}

/** Waits until the clock is past the millisecond of a photo: the next one is ordered behind it. */
async function afterwards(photo: Photo | null): Promise<void> {
  if (photo === null) return;
  const passed = Date.now() - photo.createdAt.getTime();
  if (passed <= 0) await delay(Math.min(1 - passed, 1000));
}

function refused({ name, filename, notes }: PlannedPhoto, reason: string): ImportedPhoto {
  return {
    name,
    filename,
    outcome: 'refused',
    photoId: null,
    detections: 0,
    lines: 0,
    notes: [reason, ...notes],
  };
}
