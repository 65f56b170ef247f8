import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Logger } from '../logger.ts';
import type { PhotoReanalysis } from '../photos/photo-reanalysis.ts';
import { firstSequenceOf } from '../photos/sequence.ts';
import type { PhotoChoices } from './photo-choice-read-model.ts';
import type { ReanalysisRepository, RunInForce } from './reanalysis-repository.ts';
import { readChoice } from './reanalysis-schemas.ts';

export interface ReanalysisRunnerOptions {
  reanalyses: ReanalysisRepository;
  choices: PhotoChoices;
  photos: Pick<PhotoReanalysis, 'analyse'>;
  /** Names that the detector gives. */
  labels: readonly string[];
  logger: Logger;
}

/** One more than the other keeps the threads busy while its findings are saved. */
const PHOTOS_AT_ONCE = 2;
const TAKEN_AT_ONCE = 50;
const LOOKED_AT_ONCE = 1000;
const FAULT_PAUSE_MS = 5000;

/**
 * Carries out the run in force, photo by photo, in the background. All that it knows stands in the database: it goes on where
 * it was after a restart, and holds a few ids at a time however many photos there are.
 */
export class ReanalysisRunner {
  readonly #options: ReanalysisRunnerOptions;
  readonly #stop = new AbortController();
  #working: Promise<void> | null = null;
  /** Whether something may have been started since the last look. */
  #woken = false;

  constructor(options: ReanalysisRunnerOptions) {
    this.#options = options;
  }

  /** Takes up the run in force, if there is one and it is not in work already. */
  wake(): void {
    this.#woken = true;
    this.#working ??= this.#workUntilDone().finally(() => {
      this.#working = null;
      if (this.#woken && !this.#stop.signal.aborted) this.wake();
    });
  }

  /** Waits for the photos in work; the rest waits for the next start. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#working;
  }

  async #workUntilDone(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        this.#woken = false;
        // An embedded database answers on this thread: whoever waits has a turn now.
        await setImmediate();
        const run = await this.#options.reanalyses.inForce();
        if (run === null) return;
        if (run.state === 'choosing') await this.#choose(run);
        else await this.#analyseSome(run);
      } catch (error) {
        if (signal.aborted) return;
        this.#options.logger.error({ err: error }, 'photos could not be analysed again');
        await delay(FAULT_PAUSE_MS, null, { signal }).catch(() => {});
      }
    }
  }

  async #choose({ id, filter, startedAt, chosenTo }: RunInForce): Promise<void> {
    const choice = readChoice(filter ?? {}, this.#options.labels);
    const { ids, next } = await this.#options.choices.chosen(choice, chosenTo, LOOKED_AT_ONCE);
    // What came in later has been analysed with the models of today.
    const isOver = next === null || next >= firstSequenceOf(startedAt);
    await this.#options.reanalyses.choose(id, ids, isOver ? null : next);
  }

  async #analyseSome({ id }: RunInForce): Promise<void> {
    const { reanalyses } = this.#options;
    const photoIds = await reanalyses.waiting(id, TAKEN_AT_ONCE);
    if (photoIds.length === 0) {
      await reanalyses.end(id, 'finished', new Date());
      return;
    }
    const limit = pLimit(PHOTOS_AT_ONCE);
    const works = photoIds.map((photoId) => limit(() => this.#analyse(id, photoId)));
    // All of them, so that none is left in work when one throws.
    for (const outcome of await Promise.allSettled(works))
      if (outcome.status === 'rejected') throw outcome.reason;
  }

  async #analyse(id: number, photoId: string): Promise<void> {
    const { reanalyses, photos } = this.#options;
    const { signal } = this.#stop;
    if (signal.aborted || !(await reanalyses.isInForce(id))) return;
    const outcome = await photos.analyse(photoId, signal);
    if (typeof outcome === 'object') await reanalyses.markFailed(id, photoId, outcome.error);
    else await reanalyses.markDone(id, photoId, outcome === 'done');
  }
}
