import { createHash } from 'node:crypto';
import type { Database } from './database.ts';

/** How often something was attempted in its window. */
export interface Attempts {
  count: number;
  /** When the window is over and counting begins anew. */
  resetsAt: Date;
}

interface ThrottleRow {
  key: string;
  points: number;
  expire: number;
}

const SWEEP_AFTER_MS = 10 * 60_000;

/**
 * Counts attempts by key in the table `throttles`, so that the counts hold over several processes and restarts. Keys
 * are kept as hashes: they may hold addresses.
 */
export class AttemptStore {
  readonly #database: Database;
  #sweptAt = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Counts one attempt; the first one of a key opens its window. */
  async count(key: string, windowMs: number): Promise<Attempts> {
    const now = Date.now();
    await this.#sweep(now);
    const row: ThrottleRow = { key: hashOf(key), points: 1, expire: now + windowMs };
    // One statement, so that of many at once each is counted. MySQL sets columns in order: `expire` must come last.
    await this.#database<ThrottleRow>('throttles')
      .insert(row)
      .onConflict('key')
      .merge({
        points: this.#database.raw('case when throttles.expire <= ? then 1 else throttles.points + 1 end', [
          now,
        ]),
        expire: this.#database.raw('case when throttles.expire <= ? then ? else throttles.expire end', [
          now,
          row.expire,
        ]),
      } as never);
    const kept = await this.#database<ThrottleRow>('throttles').where({ key: row.key }).first();
    return { count: kept?.points ?? 1, resetsAt: new Date(Number(kept?.expire ?? row.expire)) };
  }

  /** Takes one counted attempt back. */
  async takeBack(key: string): Promise<void> {
    await this.#database<ThrottleRow>('throttles')
      .where({ key: hashOf(key) })
      .where('points', '>', 0)
      .decrement('points');
  }

  /** Forgets what was counted. */
  async forget(key: string): Promise<void> {
    await this.#database<ThrottleRow>('throttles')
      .where({ key: hashOf(key) })
      .delete();
  }

  async #sweep(now: number): Promise<void> {
    if (now - this.#sweptAt < SWEEP_AFTER_MS) return;
    this.#sweptAt = now;
    await this.#database<ThrottleRow>('throttles').where('expire', '<=', now).delete();
  }
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
