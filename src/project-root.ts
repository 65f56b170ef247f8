import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * The folder that holds package.json, views/, public/, migrations/ and models/. It is searched upward because
 * the same modules run from `src/` in development and from `dist/src/` after a build.
 */
export const PROJECT_ROOT = findProjectRoot(import.meta.dirname);

function findProjectRoot(start: string): string {
  let folder = start;
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder)
      throw new Error('No package.json above the program: the installation is incomplete.');
    folder = parent;
  }
  return folder;
}
