import { setImmediate } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import { parse } from '../http/validation.ts';
import type { DetectionFilter } from './detection-history.ts';
import type { DetectionHistory } from './detection-history-read-model.ts';
import { asksForDetection, type ChosenPhotos, type PhotoChoices } from './photo-choice-read-model.ts';
import type { FailedPhoto, Reanalysis } from './reanalysis.ts';
import type { ReanalysisRepository } from './reanalysis-repository.ts';
import type { ReanalysisRunner } from './reanalysis-runner.ts';
import { namedPhotosSchema, readChoice, sentChoice } from './reanalysis-schemas.ts';

export interface ReanalysisServiceOptions {
  reanalyses: ReanalysisRepository;
  choices: PhotoChoices;
  history: Pick<DetectionHistory, 'list'>;
  /** Names that the detector gives. */
  labels: readonly string[];
  runner: Pick<ReanalysisRunner, 'wake'>;
}

const SHOWN_RUNS = 20;
const SHOWN_FAILURES = 50;
const LOOKED_AT_ONCE = 1000;

/** Lets admins have many photos analysed again, one run at a time. */
export class ReanalysisService {
  readonly #reanalyses: ReanalysisRepository;
  readonly #choices: PhotoChoices;
  readonly #history: ReanalysisServiceOptions['history'];
  readonly #labels: readonly string[];
  readonly #runner: ReanalysisServiceOptions['runner'];

  constructor({ reanalyses, choices, history, labels, runner }: ReanalysisServiceOptions) {
    this.#reanalyses = reanalyses;
    this.#choices = choices;
    this.#history = history;
    this.#labels = labels;
    this.#runner = runner;
  }

  /**
   * Starts a run over all photos that a choice finds; one without any field means all photos.
   * @param sent The fields of the choice; others are not looked at.
   * @throws {AppError} `invalid_input` for wrong fields and when no photo is like that, `conflict` while another run is in force.
   */
  async startChosen(memberId: string, sent: unknown): Promise<Reanalysis> {
    const filter = sentChoice(sent);
    if (!(await this.#findsAny(readChoice(filter, this.#labels)))) {
      throw new AppError('invalid_input', 'No photo is like that.');
    }
    return this.#started(await this.#reanalyses.start(memberId, new Date(), { filter }));
  }

  /**
   * Starts a run over some photos.
   * @param sent Their ids.
   * @throws {AppError} As `startChosen`.
   */
  async startNamed(memberId: string, sent: unknown): Promise<Reanalysis> {
    const photoIds = parse(namedPhotosSchema, sent);
    if (photoIds.length === 0) throw new AppError('invalid_input', 'Choose at least one photo.');
    return this.#started(await this.#reanalyses.start(memberId, new Date(), { photoIds }));
  }

  /** Runs, the newest first. */
  list(): Promise<Reanalysis[]> {
    return this.#reanalyses.list(SHOWN_RUNS);
  }

  /** @throws {AppError} `not_found` */
  async get(id: string): Promise<Reanalysis> {
    const found = /^\d{1,15}$/.test(id) ? await this.#reanalyses.find(Number(id)) : null;
    if (!found) throw new AppError('not_found', 'No photos were analysed again under this number.');
    return found;
  }

  /** Some photos of a run that could not be analysed again. */
  failures({ id }: Reanalysis): Promise<FailedPhoto[]> {
    return this.#reanalyses.failures(id, SHOWN_FAILURES);
  }

  /**
   * Stops a run: photos in work are finished, those that wait keep what they have.
   * @throws {AppError} `not_found`; `conflict` when it has ended already.
   */
  async cancel(id: string): Promise<Reanalysis> {
    const run = await this.get(id);
    if (!(await this.#reanalyses.end(run.id, 'cancelled', new Date()))) {
      throw new AppError('conflict', 'This has ended already.');
    }
    return this.get(id);
  }

  async #findsAny(choice: DetectionFilter): Promise<boolean> {
    if (asksForDetection(choice)) {
      const page = { sort: 'newest', cursor: null, backward: false, limit: 1 } as const;
      return (await this.#history.list(choice, page)).entries.length > 0;
    }
    for (let at: number | null = 0; at !== null; ) {
      const { ids, next }: ChosenPhotos = await this.#choices.chosen(choice, at, LOOKED_AT_ONCE);
      if (ids.length > 0) return true;
      at = next;
      // An embedded database answers on this thread: whoever waits has a turn now.
      await setImmediate();
    }
    return false;
  }

  async #started(id: number | null): Promise<Reanalysis> {
    if (id === null) {
      throw new AppError(
        'conflict',
        'Photos are being analysed again already. Wait until that has ended, or stop it.',
      );
    }
    this.#runner.wake();
    return this.get(String(id));
  }
}
