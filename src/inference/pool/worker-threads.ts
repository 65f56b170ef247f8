import { Piscina } from 'piscina';
import { AppError } from '../../errors.ts';
import { fromPlainError } from './plain-error.ts';
import { WORKER_FILE, workerArguments } from './worker-file.ts';
import type {
  TaskName,
  WorkerAnswer,
  WorkerGreeting,
  WorkerSettings,
  WorkerTasks,
} from './worker-messages.ts';

/** The threads of a pool and the way to them; a thread that dies is replaced by a new one. */
export class WorkerThreads {
  readonly #piscina: Piscina;
  /** Resolves when every thread has loaded its models and run them once; rejects when one cannot. */
  readonly ready: Promise<void>;
  #models: Record<string, string> = {};
  #isReady = false;
  #giveUpStarting: (reason: Error) => void = () => {};

  constructor(count: number, settings: WorkerSettings) {
    this.#piscina = new Piscina({
      filename: WORKER_FILE,
      name: 'perform',
      minThreads: count,
      maxThreads: count,
      workerData: settings,
      execArgv: workerArguments(),
    });
    this.ready = this.#greetings(count);
    this.ready.catch(() => {}); // Whoever asks by `ready` learns of it, and so does every photo.
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** Version of each model by its name; empty until the first thread has loaded them. */
  get models(): Record<string, string> {
    return this.#models;
  }

  /**
   * Has a thread do one piece of work.
   *
   * @param transferList memory that the thread takes over and the caller loses.
   * @throws what the work throws, and AppError `engine_unavailable` when the thread dies or the pool is closed.
   */
  async perform<T extends TaskName>(
    task: T,
    input: WorkerTasks[T]['input'],
    transferList: ArrayBuffer[] = [],
  ): Promise<WorkerTasks[T]['output']> {
    let answer: WorkerAnswer<T>;
    try {
      answer = await this.#piscina.run({ task, input }, { transferList });
    } catch (cause) {
      throw interrupted(cause); // Workers answer with their errors: only a dead one, or a closed pool, ends here.
    }
    if ('error' in answer) throw fromPlainError(answer.error);
    return answer.output;
  }

  async close(): Promise<void> {
    this.#giveUpStarting(interrupted(new Error('The pool is closed')));
    await this.#piscina.destroy();
  }

  #greetings(count: number): Promise<void> {
    let missing = count;
    // Idle threads do not keep the process alive, and while they load there is nothing else that does.
    const keepAlive = setInterval(() => {}, 60_000);
    const greeted = new Promise<void>((resolve, reject) => {
      this.#giveUpStarting = reject;
      // A thread has died. Later on that is its photo's trouble, and another thread takes its place.
      this.#piscina.on('error', reject);
      this.#piscina.on('message', (greeting: WorkerGreeting) => {
        if (greeting.kind === 'failed') return reject(fromPlainError(greeting.error));
        this.#models = greeting.models;
        missing--;
        if (missing > 0) return;
        this.#isReady = true;
        resolve();
      });
    });
    return greeted.finally(() => clearInterval(keepAlive));
  }
}

/** The refusal for a photo whose thread has died or whose pool is closed. */
export function interrupted(cause: unknown): AppError {
  return new AppError('engine_unavailable', 'The analysis was interrupted. Please try again.', {
    cause,
    retryAfterSeconds: 5,
  });
}
