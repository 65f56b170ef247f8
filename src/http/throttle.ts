import type { AttemptStore } from '../database/attempt-store.ts';
import { AppError } from '../errors.ts';

export interface ThrottleLimit {
  /** What is throttled; keys of different throttles do not meet. */
  name: string;
  /** Attempts of one key within `windowSeconds` of its first one. */
  attempts: number;
  windowSeconds: number;
}

/** Counts the attempts of each key, and refuses further ones until the window is over. */
export class Throttle {
  readonly #store: AttemptStore;
  readonly #limit: ThrottleLimit;

  constructor(store: AttemptStore, limit: ThrottleLimit) {
    this.#store = store;
    this.#limit = limit;
  }

  /**
   * Counts one attempt. It is counted before it is made, so that many at once cannot slip through.
   * @throws {AppError} `too_many_attempts`, with the seconds to wait.
   */
  async count(key: string): Promise<void> {
    const { attempts, windowSeconds } = this.#limit;
    const { count, resetsAt } = await this.#store.count(this.#keyOf(key), windowSeconds * 1000);
    if (count <= attempts) return;
    const seconds = Math.max(1, Math.ceil((resetsAt.getTime() - Date.now()) / 1000));
    const minutes = Math.ceil(seconds / 60);
    throw new AppError(
      'too_many_attempts',
      `There were too many attempts. Try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`,
      { retryAfterSeconds: seconds },
    );
  }

  /** Takes one counted attempt back. */
  async takeBack(key: string): Promise<void> {
    await this.#store.takeBack(this.#keyOf(key));
  }

  /** Forgets what was counted. */
  async forget(key: string): Promise<void> {
    await this.#store.forget(this.#keyOf(key));
  }

  #keyOf(key: string): string {
    return `${this.#limit.name} ${key}`;
  }
}
