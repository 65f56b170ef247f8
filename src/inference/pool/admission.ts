import { AppError } from '../../errors.ts';

interface Waiting {
  start: () => void;
  refuse: (reason: Error) => void;
}

/** Quick jobs go before slow ones. */
export type Pace = 'quick' | 'slow';

/**
 * Lets a few jobs run at a time and a bounded number wait for their turn, so that a flood of photos fills neither
 * memory nor anybody's patience: what does not fit is refused at once.
 */
export class Admission {
  readonly #places: number;
  readonly #slowPlaces: number;
  readonly #maxWaiting: number;
  readonly #waiting: Record<Pace, Waiting[]> = { quick: [], slow: [] };
  #running = 0;
  #slowRunning = 0;
  #meanMs = 200;

  /**
   * @param slowPlaces how many of the places slow jobs may take; the others are kept free for quick ones.
   * @param maxWaiting how many jobs of each pace may wait.
   */
  constructor({
    places,
    slowPlaces,
    maxWaiting,
  }: { places: number; slowPlaces: number; maxWaiting: number }) {
    this.#places = places;
    this.#slowPlaces = slowPlaces;
    this.#maxWaiting = maxWaiting;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.quick.length + this.#waiting.slow.length;
  }

  /**
   * Runs a job when its turn comes: in order of arrival, quick jobs before slow ones. Each pace has its own queue, so
   * that a flood of slow jobs does not refuse the quick ones.
   *
   * @param deadline until when the job may wait for its turn, in milliseconds since the epoch.
   * @throws AppError `overloaded`, with the time after which a place should be free, when too many wait already or the
   *   turn does not come in time.
   */
  async run<T>(pace: Pace, job: () => Promise<T>, deadline = Number.POSITIVE_INFINITY): Promise<T> {
    if (this.#hasPlace(pace)) this.#take(pace);
    else await this.#wait(pace, deadline);
    const start = performance.now();
    try {
      return await job();
    } finally {
      this.#meanMs += (performance.now() - start - this.#meanMs) / 16;
      this.#running--;
      if (pace === 'slow') this.#slowRunning--;
      this.#startWaiting();
    }
  }

  /** Refuses everything that waits. */
  refuseWaiting(reason: Error): void {
    for (const { refuse } of [...this.#waiting.quick.splice(0), ...this.#waiting.slow.splice(0)])
      refuse(reason);
  }

  #hasPlace(pace: Pace): boolean {
    return this.#running < this.#places && (pace === 'quick' || this.#slowRunning < this.#slowPlaces);
  }

  #take(pace: Pace): void {
    this.#running++;
    if (pace === 'slow') this.#slowRunning++;
  }

  #startWaiting(): void {
    for (const pace of ['quick', 'slow'] as const) {
      while (this.#hasPlace(pace)) {
        const next = this.#waiting[pace].shift();
        if (!next) break;
        this.#take(pace);
        next.start();
      }
    }
  }

  #wait(pace: Pace, deadline: number): Promise<void> {
    const queue = this.#waiting[pace];
    if (queue.length >= this.#maxWaiting) {
      throw this.#overloaded('Too many photos are waiting. Please try again in a moment.');
    }
    return new Promise((resolve, reject) => {
      let patience: NodeJS.Timeout | undefined;
      const waiting: Waiting = {
        start: () => {
          clearTimeout(patience);
          resolve();
        },
        refuse: (reason) => {
          clearTimeout(patience);
          reject(reason);
        },
      };
      queue.push(waiting);
      if (deadline === Number.POSITIVE_INFINITY) return;
      patience = setTimeout(
        () => {
          queue.splice(queue.indexOf(waiting), 1);
          reject(
            this.#overloaded('The photo has waited too long for its turn. Please try again in a moment.'),
          );
        },
        Math.max(0, deadline - Date.now()),
      );
    });
  }

  #overloaded(message: string): AppError {
    const seconds = (this.waiting * this.#meanMs) / this.#places / 1000;
    return new AppError('overloaded', message, { retryAfterSeconds: Math.max(1, Math.ceil(seconds)) });
  }
}
