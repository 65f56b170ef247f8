import { setTimeout as delay } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Database } from './database.ts';
import { isLockConflict } from './database-errors.ts';

const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 20;

/**
 * Runs work in a transaction: all of it is kept, or nothing. When the database breaks it off in favour of another
 * transaction (a deadlock, a lock that does not come free), it is run again from its start, a few times at most.
 *
 * @param work Does everything through the transaction it is given, and nothing that cannot be done twice.
 */
export async function inTransaction<T>(
  database: Database,
  work: (transaction: Knex.Transaction) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.transaction(work);
    } catch (error) {
      if (attempt === ATTEMPTS || !isLockConflict(error)) throw error;
    }
    // By chance, so that those that met do not meet again.
    await delay(Math.random() * FIRST_PAUSE_MS * 2 ** attempt);
  }
}
