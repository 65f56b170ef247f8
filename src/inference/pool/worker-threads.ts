import { setTimeout as delay } from 'node:timers/promises';
import { SHARE_ENV } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { AppError } from '../../errors.ts';
import type { PredictCall } from '../engines/tensorflow-serving.ts';
import { fromPlainError } from './plain-error.ts';
import { servePredictPort } from './predict-port.ts';
import { WORKER_FILE, workerArguments } from './worker-file.ts';
import type {
  TaskName,
  WorkerAnswer,
  WorkerGreeting,
  WorkerSettings,
  WorkerTasks,
} from './worker-messages.ts';

/** Longest time that the end of the threads waits for what they do. */
const CLOSING_MS = 10_000;

/**
 * A thread's own objects are few, and hold pictures: in a small nursery the collector passes by often, for a millisecond, and
 * lets the pictures go. In a larger one they pile up until they count as a full heap, and all of it is marked again and
 * again.
 */
const YOUNG_MEGABYTES = 1;

/** The threads of a pool and the way to them; a thread that dies is replaced by a new one. */
export class WorkerThreads {
  readonly #piscina: Piscina;
  readonly #predict: PredictCall | undefined;
  /** Settles when every thread has tried to load its models for the first time. */
  readonly #started: Promise<void>;
  /** The last that each thread told, by its id. */
  readonly #greetings = new Map<number, Exclude<WorkerGreeting, { kind: 'port' }>>();
  #trying: Promise<void> | undefined;
  readonly #underWay = new Set<Promise<WorkerAnswer>>();
  #closed = false;
  #giveUpStarting: (reason: Error) => void = () => {};

  /** @param predict makes the threads' calls of a model server, for an engine that has one. */
  constructor(
    {
      count,
      tasksPerThread,
      predict,
    }: { count: number; tasksPerThread: number; predict: PredictCall | undefined },
    settings: WorkerSettings,
  ) {
    this.#predict = predict;
    this.#piscina = new Piscina({
      filename: WORKER_FILE,
      name: 'perform',
      minThreads: count,
      maxThreads: count,
      concurrentTasksPerWorker: tasksPerThread,
      workerData: settings,
      // What a thread sets in an environment of its own, native libraries never see.
      env: SHARE_ENV,
      execArgv: workerArguments(),
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
    });
    this.#started = this.#start(count);
    this.#started.catch(() => {}); // Whoever asks by `ready` learns of it, and so does every photo.
  }

  /**
   * Resolves when every thread has loaded its models and run them once; later on, as long as one has them. While none has,
   * asking makes one try again: photos would, but who is not ready may be sent none.
   *
   * @throws AppError `engine_unavailable` when a thread cannot load them at the start, or none has them now.
   */
  async ready(): Promise<void> {
    await this.#started;
    const told = this.#piscina.threads.map(({ threadId }) => this.#greetings.get(threadId));
    if (told.some((greeting) => greeting?.kind === 'started')) return;
    const failure = told.find((greeting) => greeting?.kind === 'failed');
    if (!failure) throw new AppError('engine_unavailable', 'The models are being loaded.');
    this.#tryAgain();
    throw fromPlainError(failure.error);
  }

  /**
   * Has a thread do one piece of work.
   *
   * @param transferList memory that the thread takes over and the caller loses.
   * @throws what the work throws, and AppError `analysis_interrupted` when the thread dies or the pool is closed.
   */
  async perform<T extends TaskName>(
    task: T,
    input: WorkerTasks[T]['input'],
    transferList: ArrayBuffer[] = [],
  ): Promise<WorkerTasks[T]['output']> {
    if (this.#closed) throw interrupted(new Error('The pool is closed'));
    const work: Promise<WorkerAnswer<T>> = this.#piscina.run({ task, input }, { transferList });
    this.#underWay.add(work);
    let answer: WorkerAnswer<T>;
    try {
      answer = await work;
    } catch (cause) {
      throw interrupted(cause); // Workers answer with their errors: only a dead one ends here.
    } finally {
      this.#underWay.delete(work);
    }
    if ('error' in answer) throw fromPlainError(answer.error);
    return answer.output;
  }

  /**
   * Ends the threads. What they do is finished first, and what they load is loaded: a thread that is ended inside a native
   * library may take the whole process with it. The library's own `close` is not enough: it ends all threads as soon as
   * one of them has nothing to do.
   */
  async close(): Promise<void> {
    this.#closed = true;
    this.#giveUpStarting(interrupted(new Error('The pool is closed')));
    const latest = Date.now() + CLOSING_MS;
    while (
      Date.now() < latest &&
      this.#piscina.threads.some(({ threadId }) => !this.#greetings.has(threadId))
    ) {
      await delay(20);
    }
    const tooLong = delay(Math.max(0, latest - Date.now()), undefined, { ref: false });
    await Promise.race([Promise.allSettled(this.#underWay), tooLong]);
    await this.#piscina.destroy();
  }

  /** What came of it is told by the thread's greeting. */
  #tryAgain(): void {
    this.#trying ??= this.perform('load', undefined)
      .catch(() => {})
      .finally(() => {
        this.#trying = undefined;
      });
  }

  #start(count: number): Promise<void> {
    // Idle threads do not keep the process alive, and while they load there is nothing else that does.
    const keepAlive = setInterval(() => {}, 60_000);
    const started = new Promise<void>((resolve, reject) => {
      this.#giveUpStarting = reject;
      // A thread has died. Later on that is its photo's trouble, and another thread takes its place.
      this.#piscina.on('error', reject);
      this.#piscina.on('message', (greeting: WorkerGreeting) => {
        if (greeting.kind === 'port') {
          if (this.#predict) servePredictPort(greeting.port, this.#predict);
          return;
        }
        this.#greetings.set(greeting.threadId, greeting);
        if (greeting.kind === 'failed') return reject(fromPlainError(greeting.error));
        if (this.#greetings.size >= count) resolve();
      });
    });
    return started.finally(() => clearInterval(keepAlive));
  }
}

/** The refusal for a photo whose thread has died or whose pool is closed. */
export function interrupted(cause: unknown): AppError {
  return new AppError('analysis_interrupted', 'The analysis was interrupted. Please try again.', {
    cause,
    retryAfterSeconds: 5,
  });
}
