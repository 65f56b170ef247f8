import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import type { Analysis, AnalysisOptions } from '../inference/analysis.ts';
import type { Logger } from '../logger.ts';
import { type AnalysisPatience, Setbacks } from './analysis-patience.ts';
import type { Photo } from './photo.ts';
import type { PhotoFiles } from './photo-files.ts';
import type { PhotoRepository } from './photo-repository.ts';

/** What finds objects and text in a photo file; it may consume the bytes. */
export interface Analyser {
  analyse(photo: Uint8Array, options: AnalysisOptions): Promise<Analysis>;
}

/** Why a photo is still queued; null where it is not. */
type Postponement = AppError | null;

export interface AnalysisQueueOptions {
  photos: PhotoRepository;
  files: PhotoFiles;
  analyser: Analyser;
  logger: Logger;
  /** Photos analysed side by side. */
  concurrency: number;
  /** Photos that may wait in memory; further ones wait in the database alone. */
  maxWaiting: number;
  patience: AnalysisPatience;
}

const RETRY_AFTER_SECONDS = 5;
const BUSY_PAUSE_MS = 250;
const FAULT_PAUSE_MS = 2000;
/** However many photos were cut off, they come back one by one and leave room for those that come in. */
const SPREAD_MS = 50;

/**
 * Analyses stored photos in the background. The truth about what waits is the column `photos.status`; this
 * queue only remembers whose turn is next, so that a crash loses nothing: `resume` finds the rest.
 */
export class AnalysisQueue {
  readonly #options: AnalysisQueueOptions;
  readonly #waiting: string[] = [];
  readonly #unfinished = new Map<
    string,
    { done: Promise<Postponement>; finish: (why: Postponement) => void }
  >();
  /** What befell the analyses of queued photos, by their ids. */
  readonly #setbacks = new Map<string, Setbacks>();
  /** Queued photos whose analysis was cut off, until they are tried again. Others do not wait for them. */
  readonly #paused = new Map<string, { why: AppError; timer: NodeJS.Timeout }>();
  #running = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Why no photo is taken up at the moment. */
  #outage: AppError | null = null;
  /** Whether the database may hold queued photos that `#waiting` does not. */
  #backlog = false;
  #closed = false;

  constructor(options: AnalysisQueueOptions) {
    this.#options = options;
  }

  /**
   * Analyses a queued photo when its turn comes; a photo that waits already is not added twice.
   * @returns Resolves to null when the photo is analysed, has failed, or was deleted; or else to the reason why it is
   *   still queued: its analysis was cut off, or the engine cannot be reached. It is tried again in a while, which grows
   *   with every attempt.
   * @throws {AppError} `overloaded` when too many wait; the photo stays queued and is analysed later all the same.
   */
  async enqueue(photoId: string): Promise<Postponement> {
    const known = this.#unfinished.get(photoId);
    if (known) return known.done;
    const why = this.reason(photoId);
    if (why) return why;
    if (this.#waiting.length >= this.#options.maxWaiting) {
      this.#backlog = true;
      throw new AppError(
        'overloaded',
        'More photos came in than can be analysed at once. This one is kept and will be analysed as soon as there is room.',
        { retryAfterSeconds: RETRY_AFTER_SECONDS },
      );
    }
    const { promise: done, resolve: finish } = withResolvers<Postponement>();
    this.#unfinished.set(photoId, { done, finish });
    this.#waiting.push(photoId);
    this.#next();
    return done;
  }

  /** Why a photo is not taken up at the moment; null when it is analysed as soon as its turn comes. */
  reason(photoId: string): Postponement {
    return this.#outage ?? this.#paused.get(photoId)?.why ?? null;
  }

  /** Whether photos wait for their first analysis or are in it; those whose analysis was cut off count when their pause is over. */
  get busy(): boolean {
    return this.#outage !== null || this.#backlog || this.#running > 0 || this.#waiting.length > 0;
  }

  /** Takes up the photos that were queued when an earlier run ended. */
  resume(): void {
    this.#backlog = true;
    this.#next();
  }

  /** Stops taking photos up and waits for those in work; what still waits stays queued for the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#waiting.length = 0;
    for (const { timer } of this.#paused.values()) clearTimeout(timer);
    while (this.#running > 0) await delay(10);
  }

  #next(): void {
    while (!this.#closed && !this.#outage && this.#running < this.#options.concurrency) {
      const photoId = this.#waiting.shift();
      if (photoId === undefined) break;
      this.#running++;
      void this.#work(photoId);
    }
    if (this.#backlog && this.#waiting.length === 0 && !this.#closed && !this.#outage) {
      this.#backlog = false;
      void this.#refill();
    }
  }

  /** After a fault of database or engine: what is still queued is taken up again, and not in a tight circle. */
  #lookAgainLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#outage = null;
      this.resume();
    }, FAULT_PAUSE_MS).unref();
  }

  /** While the engine cannot be reached every photo would fail alike: all stay queued in the database until it is back. */
  #rest(outage: AppError): void {
    if (this.#outage) return;
    this.#outage = outage;
    for (const photoId of this.#waiting.splice(0)) this.#finish(photoId, outage);
    this.#lookAgainLater();
  }

  #finish(photoId: string, why: Postponement): void {
    this.#unfinished.get(photoId)?.finish(why);
    this.#unfinished.delete(photoId);
  }

  async #refill(): Promise<void> {
    const { photos, logger, maxWaiting } = this.#options;
    try {
      // Those that pause may be the oldest, and are not to hide the others.
      const wanted = maxWaiting + this.#paused.size;
      const ids = await photos.queuedIds(wanted);
      for (const id of ids) if (!this.#closed) this.enqueue(id).catch(() => {});
      if (ids.length === wanted) this.#backlog = true;
    } catch (error) {
      if (error instanceof AppError || this.#closed) return;
      logger.error({ err: error }, 'queued photos could not be looked up');
      this.#lookAgainLater();
    }
  }

  async #work(photoId: string): Promise<void> {
    let why: Postponement = null;
    try {
      why = await this.#analyse(photoId);
    } catch (error) {
      this.#options.logger.error({ err: error, photoId }, 'a photo could not be analysed');
      this.#lookAgainLater();
      why = cutOff(error);
    }
    this.#running--;
    this.#finish(photoId, why);
    this.#next();
  }

  /** @returns why the photo is still queued, or null. */
  async #analyse(photoId: string): Promise<Postponement> {
    const { photos } = this.#options;
    // Once more when a different analysis was asked for while this one ran.
    for (let settled = false; !settled && !this.#closed; ) {
      const photo = await photos.find(photoId);
      if (photo?.status !== 'queued' || photo.deletedAt !== null) {
        this.#setbacks.delete(photoId);
        return null;
      }
      const outcome = await this.#attempt(photo);
      if (outcome === null) return null;
      if (outcome instanceof AppError) {
        if (this.#isPostponed(photoId, outcome)) return outcome;
        settled = await photos.saveFailure(photoId, photo.request, outcome.message);
      } else {
        settled = await this.#keep(photo, outcome);
      }
      this.#setbacks.delete(photoId);
    }
    return null;
  }

  async #keep(photo: Photo, analysis: Analysis): Promise<boolean> {
    const { detections, lines, models, engine, timings } = analysis;
    await this.#options.files.removeAnnotated(photo.id);
    const findings = { detections, lines, models, engine, timings, analysedAt: new Date() };
    return this.#options.photos.saveFindings(photo.id, photo.request, findings);
  }

  /** The analysis, or why there is none; `null` when the photo is gone or the program stops. */
  async #attempt(photo: Photo): Promise<Analysis | AppError | null> {
    try {
      return await this.#whenThereIsRoom(photo);
    } catch (error) {
      if (this.#closed || !(await this.#options.photos.find(photo.id))) return null;
      if (!(error instanceof AppError)) {
        this.#options.logger.error({ err: error, photoId: photo.id }, 'an analysis failed');
        return new AppError('analysis_failed', 'The analysis failed unexpectedly.', { cause: error });
      }
      return error;
    }
  }

  /** Whether a photo whose analysis ended in an error stays queued, to be tried again. */
  #isPostponed(photoId: string, error: AppError): boolean {
    if (error.code === 'engine_unavailable') {
      this.#rest(error);
      return true;
    }
    const setbacks = this.#setbacks.get(photoId) ?? new Setbacks(this.#options.patience);
    const ownPauseMs = setbacks.pauseAfter(error.code);
    if (ownPauseMs === null) return false;
    const pauseMs = Math.max(ownPauseMs, this.#paused.size * SPREAD_MS);
    this.#setbacks.set(photoId, setbacks);
    this.#options.logger.warn(
      { err: error, photoId, attempts: setbacks.count, pauseMs: Math.round(pauseMs) },
      'the analysis of a photo was cut off; the photo waits',
    );
    this.#pause(photoId, error, pauseMs);
    return true;
  }

  #pause(photoId: string, why: AppError, milliseconds: number): void {
    const timer = setTimeout(() => {
      this.#paused.delete(photoId);
      this.enqueue(photoId).catch(() => {});
    }, milliseconds);
    timer.unref();
    this.#paused.set(photoId, { why, timer });
  }

  /** The analysis; waits while the analyser is busy with others; `null` when the program stops before. */
  async #whenThereIsRoom(photo: Photo): Promise<Analysis | null> {
    while (!this.#closed) {
      try {
        const bytes = await this.#options.files.readOriginal(photo.id, photo.sha256);
        return await this.#options.analyser.analyse(bytes, photo.request);
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'overloaded') throw error;
        await delay(BUSY_PAUSE_MS);
      }
    }
    return null;
  }
}

function cutOff(cause: unknown): AppError {
  return new AppError('analysis_interrupted', 'The analysis was interrupted.', {
    cause,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}
