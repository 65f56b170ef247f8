import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { StartError } from '../start-error.ts';

/** What every SQLite database begins with; a file without a byte becomes one. */
const HEADER = Buffer.from('SQLite format 3\0', 'latin1');

export const NO_DATABASE = 'The file of DATABASE_URL is not an SQLite database, or it is damaged.';

/**
 * Looks before anything is made beside a file that is something else.
 * @throws {StartError}
 */
export function refuseOtherFile(file: string): void {
  if (!statSync(file, { throwIfNoEntry: false })?.size) return;
  const beginning = Buffer.alloc(HEADER.length);
  const handle = openSync(file, 'r');
  try {
    readSync(handle, beginning, 0, beginning.length, 0);
  } finally {
    closeSync(handle);
  }
  if (!beginning.equals(HEADER)) throw new StartError(NO_DATABASE);
}
