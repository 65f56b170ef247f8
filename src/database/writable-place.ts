import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';

/**
 * Makes the folder of a file, and checks that SQLite may write there: its own error does not say what is wrong.
 * @throws Node's error, with code and path, when it may not.
 */
export function ensureWritablePlace(file: string): void {
  const folder = path.dirname(file);
  mkdirSync(folder, { recursive: true });
  accessSync(folder, constants.W_OK);
  if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
}
