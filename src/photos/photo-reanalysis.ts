import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { type AnalysisPatience, Setbacks } from './analysis-patience.ts';
import type { Analyser, AnalysisQueue } from './analysis-queue.ts';
import type { AnalysisRequest, Photo } from './photo.ts';
import type { PhotoFiles } from './photo-files.ts';
import type { PhotoRepository } from './photo-repository.ts';

export interface PhotoReanalysisOptions {
  photos: PhotoRepository;
  files: PhotoFiles;
  queue: Pick<AnalysisQueue, 'busy'>;
  analyser: Analyser;
  patience: AnalysisPatience;
  logger: Logger;
}

/** `skipped`: the photo is gone, in the trash, or waits for an analysis anyway. */
export type ReanalysisOutcome = 'done' | 'skipped' | { error: string };

const LOOK_AGAIN_MS = 100;
const FAULT_PAUSE_MS = 2000;
/** Longer than that a photo does not hold up those behind it: it keeps what it has, and may be chosen again. */
const MAX_SETBACKS = 10;

/**
 * Analyses photos once more, with the models of today or for something else. Until the new findings are there, a photo keeps
 * those that it has; where the analysis fails, it keeps them for good.
 */
export class PhotoReanalysis {
  readonly #options: PhotoReanalysisOptions;

  constructor(options: PhotoReanalysisOptions) {
    this.#options = options;
  }

  /**
   * Analyses one photo as it was asked when it came, while no photo waits for its first analysis.
   * @param signal Breaks the waiting for a turn off.
   * @throws The signal's reason.
   */
  async analyse(id: string, signal: AbortSignal): Promise<ReanalysisOutcome> {
    const setbacks = new Setbacks(this.#options.patience);
    for (;;) {
      while (this.#options.queue.busy) await delay(LOOK_AGAIN_MS, null, { signal });
      signal.throwIfAborted();
      const photo = await this.#options.photos.find(id);
      if (!photo || photo.deletedAt !== null || photo.status === 'queued') return 'skipped';
      try {
        return (await this.renew(photo, photo.request)) ? 'done' : 'skipped';
      } catch (error) {
        signal.throwIfAborted();
        const pauseMs = error instanceof AppError ? pauseAfter(error, setbacks) : null;
        if (pauseMs === null || setbacks.count > MAX_SETBACKS) return this.#failed(id, error);
        await delay(pauseMs, null, { signal });
      }
    }
  }

  /**
   * Analyses an analysed photo once, at once.
   * @param request What is asked of it from now on.
   * @returns Whether the new findings are there; not so when the photo was deleted or asked something else meanwhile.
   * @throws {AppError} as the analyser; the photo keeps what it has.
   */
  async renew(photo: Photo, request: AnalysisRequest): Promise<boolean> {
    const { photos, files, analyser } = this.#options;
    const bytes = await files.readOriginal(photo.id, photo.sha256);
    const { detections, lines, models, engine, timings } = await analyser.analyse(bytes, request);
    const findings = { detections, lines, models, engine, timings, analysedAt: new Date() };
    // Before, for a kill right after the new findings; and after, for who looked at the old ones just before them.
    await files.removeAnnotated(photo.id);
    const kept = await photos.replaceFindings(photo.id, photo.request, findings, request);
    if (kept) await files.removeAnnotated(photo.id);
    return kept;
  }

  #failed(photoId: string, error: unknown): ReanalysisOutcome {
    if (error instanceof AppError) return { error: error.message };
    this.#options.logger.error({ err: error, photoId }, 'a photo could not be analysed again');
    return { error: 'The analysis failed unexpectedly.' };
  }
}

/** When the same analysis may end well, in milliseconds; null when it will not. */
function pauseAfter({ code }: AppError, setbacks: Setbacks): number | null {
  if (code === 'overloaded') return LOOK_AGAIN_MS;
  return code === 'engine_unavailable' ? FAULT_PAUSE_MS : setbacks.pauseAfter(code);
}
