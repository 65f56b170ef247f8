import { AppError } from '../../errors.ts';

interface Waiting {
  start: () => void;
  refuse: (reason: Error) => void;
}

/**
 * Lets a few jobs run at a time and a bounded number wait for their turn, so that a flood of photos fills neither
 * memory nor anybody's patience: what does not fit is refused at once.
 */
export class Admission {
  readonly #places: number;
  readonly #maxWaiting: number;
  readonly #quick: Waiting[] = [];
  readonly #slow: Waiting[] = [];
  #running = 0;
  #meanMs = 200;

  constructor(places: number, maxWaiting: number) {
    this.#places = places;
    this.#maxWaiting = maxWaiting;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#quick.length + this.#slow.length;
  }

  /**
   * Runs a job when its turn comes: in order of arrival, quick jobs before slow ones. Each pace has its own queue, so
   * that a flood of slow jobs does not refuse the quick ones.
   *
   * @throws AppError `overloaded`, with the time after which a place should be free, when too many wait already.
   */
  async run<T>(pace: 'quick' | 'slow', job: () => Promise<T>): Promise<T> {
    if (this.#running < this.#places) this.#running++;
    else await this.#wait(pace === 'quick' ? this.#quick : this.#slow);
    const start = performance.now();
    try {
      return await job();
    } finally {
      this.#meanMs += (performance.now() - start - this.#meanMs) / 16;
      const next = this.#quick.shift() ?? this.#slow.shift();
      if (next) next.start();
      else this.#running--;
    }
  }

  /** Refuses everything that waits. */
  refuseWaiting(reason: Error): void {
    for (const { refuse } of [...this.#quick.splice(0), ...this.#slow.splice(0)]) refuse(reason);
  }

  #wait(queue: Waiting[]): Promise<void> {
    if (queue.length >= this.#maxWaiting) {
      const seconds = (this.waiting * this.#meanMs) / this.#places / 1000;
      throw new AppError('overloaded', 'Too many photos are waiting. Please try again in a moment.', {
        retryAfterSeconds: Math.max(1, Math.ceil(seconds)),
      });
    }
    return new Promise((start, refuse) => queue.push({ start, refuse }));
  }
}
