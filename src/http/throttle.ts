import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../errors.ts';

/** Counts the attempts of each key, and refuses further ones until the window is over. */
export class Throttle {
  readonly #limiter: RateLimiterMemory;

  /** @param limit `attempts` of one key within `windowSeconds` of its first one. */
  constructor({ attempts, windowSeconds }: { attempts: number; windowSeconds: number }) {
    this.#limiter = new RateLimiterMemory({ points: attempts, duration: windowSeconds });
  }

  /**
   * Counts one attempt. It is counted before it is made, so that many at once cannot slip through.
   * @throws {AppError} `too_many_attempts`, with the seconds to wait.
   */
  async count(key: string): Promise<void> {
    try {
      await this.#limiter.consume(key);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw new AppError(
        'too_many_attempts',
        'There were too many attempts. Wait a while before the next one.',
        {
          retryAfterSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)),
        },
      );
    }
  }

  /** Takes one counted attempt back. */
  async takeBack(key: string): Promise<void> {
    await this.#limiter.reward(key);
  }

  /** Forgets what was counted. */
  async forget(key: string): Promise<void> {
    await this.#limiter.delete(key);
  }
}
