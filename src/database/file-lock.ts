import Sqlite from 'better-sqlite3';
import { isLockConflict } from './database-errors.ts';
import { ensureWritablePlace } from './writable-place.ts';

/** Something that one process at a time has to itself. */
export interface FileLock {
  release(): void;
}

/**
 * Takes an exclusive lock on a file that serves for nothing else; it is made when missing, and stays empty. The
 * operating system holds the lock and frees it when the process ends, however it ends: there are no stale ones.
 *
 * @returns `null` when somebody else holds it, in this process or another.
 * @throws Node's error when the file cannot be made.
 */
export function tryFileLock(file: string): FileLock | null {
  ensureWritablePlace(file);
  const connection = new Sqlite(file);
  try {
    connection.exec('pragma busy_timeout = 0; begin exclusive');
    return { release: () => connection.close() };
  } catch (error) {
    connection.close();
    if (isLockConflict(error)) return null;
    throw error;
  }
}
