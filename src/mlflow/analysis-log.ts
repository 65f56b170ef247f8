import { setTimeout as delay } from 'node:timers/promises';
import { type Analysis, measuredTimes } from '../inference/analysis.ts';
import type { Logger } from '../logger.ts';
import { type Metric, MlflowClient, MlflowError } from './mlflow-client.ts';
import type { TrackingAddress } from './tracking-address.ts';

export interface AnalysisLogOptions {
  address: TrackingAddress;
  logger: Logger;
  /** Analyses that wait to be sent; what comes beyond is dropped. */
  maxWaiting: number;
  /** Milliseconds in which analyses are gathered before they are sent together. */
  gatherMs: number;
  /** Milliseconds that the last ones get at the end of the program. */
  closeMs: number;
}

type Logged = Pick<Analysis, 'engine' | 'models' | 'timings'>;

/** What is logged together: the analyses of one engine with one set of versions. */
interface Run {
  engine: string;
  /** Of the models that its analyses have met so far. */
  models: Record<string, string>;
  /** Undefined until it has begun. */
  id: string | undefined;
  /** Analyses that MLflow has taken. */
  steps: number;
  /** Names of the parameters that MLflow has taken. */
  told: Set<string>;
}

/** An analysis that waits to be sent. */
interface Waiting {
  run: Run;
  /** Milliseconds by metric. */
  values: Readonly<Record<string, number>>;
  timestamp: number;
}

const EXPERIMENT = 'DetectX';
/** MLflow takes 1000 metrics and parameters at once; an analysis has up to four metrics. */
const BATCH = 200;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Logs the times of analyses to MLflow: experiment `DetectX`, one run for each engine with each set of model versions that this
 * process has seen, one step for each analysis, which has metrics for the stages that ran. A photo does not meet every model: one
 * without text belongs to the run whose versions it does not contradict. It never makes an analysis wait and never fails one: what MLflow does not
 * take waits in memory, up to a bound, while it is tried again in ever longer pauses.
 */
export class AnalysisLog {
  readonly #options: AnalysisLogOptions;
  readonly #client: MlflowClient;
  readonly #waiting: Waiting[] = [];
  /** The one that was noted in last comes first. */
  readonly #runs: Run[] = [];
  #experimentId: string | undefined;
  /** What is being sent; undefined while nothing waits. */
  #sending: Promise<void> | undefined;
  /** Ends the pause before the next attempt. */
  readonly #hurry = new AbortController();
  #dropped = 0;

  constructor(options: AnalysisLogOptions) {
    this.#options = options;
    this.#client = new MlflowClient(options.address);
  }

  /** Notes an analysis, to be sent in a while. */
  note({ engine, models, timings }: Logged): void {
    if (this.#waiting.length >= this.#options.maxWaiting) {
      if (this.#dropped++ === 0) {
        this.#options.logger.warn('MLflow takes no analyses: further ones are dropped until it does');
      }
      return;
    }
    const values = measuredTimes({ models, timings }).map(([stage, time]) => [`${stage}_ms`, time] as const);
    const run = this.#runFor(engine, models);
    this.#waiting.push({ run, values: Object.fromEntries(values), timestamp: Date.now() });
    this.#sending ??= this.#send();
  }

  /** Sends what waits, within a short while, and ends the runs. */
  async close(): Promise<void> {
    this.#hurry.abort();
    const patience = setTimeout(() => this.#client.close(), this.#options.closeMs);
    await this.#sending;
    const ended = this.#runs.map(({ id }) => id !== undefined && this.#client.finish(id));
    await Promise.allSettled(ended);
    clearTimeout(patience);
    const lost = this.#dropped + this.#waiting.length;
    if (lost > 0) this.#options.logger.warn({ lost }, 'analyses were not logged to MLflow');
  }

  async #send(): Promise<void> {
    await this.#pause(this.#options.gatherMs);
    for (let pause = FIRST_PAUSE_MS; this.#waiting.length > 0; ) {
      try {
        await this.#sendBatch();
        pause = FIRST_PAUSE_MS;
        this.#tellDropped();
      } catch (error) {
        if (this.#hurry.signal.aborted) break;
        if (pause === FIRST_PAUSE_MS) this.#options.logger.warn({ err: error }, 'MLflow cannot be reached');
        await this.#pause(pause);
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
    }
    this.#sending = undefined;
  }

  /** The run that an analysis belongs to: of those with the same versions, as far as both are known, the latest. */
  #runFor(engine: string, models: Logged['models']): Run {
    const fits = (run: Run) =>
      run.engine === engine &&
      Object.entries(models).every(([name, version]) => (run.models[name] ?? version) === version);
    const place = this.#runs.findIndex(fits);
    const [known] = place < 0 ? [] : this.#runs.splice(place, 1);
    const run = known ?? { engine, models: {}, id: undefined, steps: 0, told: new Set() };
    Object.assign(run.models, models);
    this.#runs.unshift(run);
    return run;
  }

  /** Sends the oldest analyses of one run. */
  async #sendBatch(): Promise<void> {
    const [first] = this.#waiting;
    if (first === undefined) return;
    const { run } = first;
    const batch = this.#waiting.filter((one) => one.run === run).slice(0, BATCH);
    const id = await this.#begun(run);
    const params = { engine: run.engine, ...run.models };
    const untold = Object.entries(params).filter(([name]) => !run.told.has(name));
    try {
      const metrics = batch.flatMap((one, index) => metricsOf(one, run.steps + index));
      await this.#client.log(id, metrics, Object.fromEntries(untold));
    } catch (error) {
      // Somebody has deleted the run, or the experiment: the next attempt begins another.
      if (error instanceof MlflowError && error.isOfSomethingGone) this.#forget(run);
      throw error;
    }
    run.steps += batch.length;
    for (const [name] of untold) run.told.add(name);
    const sent = new Set(batch);
    this.#waiting.splice(0, this.#waiting.length, ...this.#waiting.filter((one) => !sent.has(one)));
  }

  /** Id of a run, which begins if it has not. */
  async #begun(run: Run): Promise<string> {
    if (run.id !== undefined) return run.id;
    try {
      this.#experimentId ??= await this.#client.experiment(EXPERIMENT);
      run.id = await this.#client.begin(this.#experimentId, `${run.engine} ${new Date().toISOString()}`);
      return run.id;
    } catch (error) {
      this.#forget(run);
      throw error;
    }
  }

  #forget(run: Run): void {
    Object.assign(run, { id: undefined, steps: 0, told: new Set() });
    this.#experimentId = undefined;
  }

  #tellDropped(): void {
    if (this.#dropped === 0) return;
    this.#options.logger.warn({ dropped: this.#dropped }, 'MLflow takes analyses again; some were dropped');
    this.#dropped = 0;
  }

  /** Ends early when the program does; does not keep it alive. */
  async #pause(milliseconds: number): Promise<void> {
    const { signal } = this.#hurry;
    await delay(milliseconds, undefined, { signal, ref: false }).catch(() => {});
  }
}

function metricsOf({ values, timestamp }: Waiting, step: number): Metric[] {
  return Object.entries(values).map(([key, value]) => ({ key, value, timestamp, step }));
}
