import path from 'node:path';
import type { Config } from './config.ts';
import { type FileLock, tryFileLock } from './database/file-lock.ts';
import { refuseOtherFile } from './database/sqlite-file.ts';
import { StartError } from './start-error.ts';

/**
 * Takes the folders of photos and of an embedded database for this process alone, until it ends: start-up clears
 * away what an earlier run left half-way, and must not take what another process is at for that.
 *
 * @throws {StartError} naming what another process has, or when the file of the database is something else.
 */
export function lockStorage({ uploadsDir, database }: Pick<Config, 'uploadsDir' | 'database'>): FileLock {
  if (database.dialect === 'sqlite') refuseOtherFile(database.file);
  const uploads = lock(path.join(uploadsDir, '.lock'), `The folder ${uploadsDir} (UPLOADS_DIR)`);
  if (database.dialect !== 'sqlite') return uploads;
  try {
    const embedded = lock(`${database.file}.lock`, `The database ${database.file}`);
    return {
      release() {
        embedded.release();
        uploads.release();
      },
    };
  } catch (error) {
    uploads.release();
    throw error;
  }
}

function lock(file: string, what: string): FileLock {
  const held = tryFileLock(file);
  if (held) return held;
  throw new StartError(`${what} is in use by another DetectX. Stop that one, or give this one its own.`);
}
