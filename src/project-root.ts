import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * The folder that holds package.json, views/, public/, migrations/ and models/. It is searched upward because
 * the same modules run from `src/` in development and from `dist/src/` after a build.
 */
export const PROJECT_ROOT = nearestPackage(import.meta.dirname);

/** The folder of the models and their manifest. */
export const MODELS_DIR = path.join(PROJECT_ROOT, 'models');

/** The closest folder, from this one upward, that holds a package.json. */
export function nearestPackage(folder: string): string {
  if (existsSync(path.join(folder, 'package.json'))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error('There is no package.json in any folder above.');
  return nearestPackage(parent);
}
