import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { StartError } from '../start-error.ts';

/**
 * Makes the folder of a file, and checks that SQLite may write there: its own error does not say what is wrong.
 * @throws Node's error, with code and path, when it may not; as `ensureFolder`.
 */
export function ensureWritablePlace(file: string): void {
  const folder = path.dirname(file);
  ensureFolder(folder);
  accessSync(folder, constants.W_OK);
  if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
}

/**
 * Makes a folder and those that it lies in, where they are missing. Node's own `recursive` tries without end where the
 * system answers that a folder is missing whose parent is there, as it does in /proc.
 *
 * @throws Node's error, with code and path; {StartError} where nothing can be made.
 */
export function ensureFolder(folder: string): void {
  if (isFolder(folder)) return;
  const parent = path.dirname(folder);
  if (parent !== folder) ensureFolder(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT')
      throw new StartError(`${folder} cannot be used: nothing can be made in ${parent}.`);
    // Another process may have made it meanwhile.
    if (code !== 'EEXIST' || !isFolder(folder)) throw error;
  }
}

function isFolder(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
}
