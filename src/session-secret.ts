import { randomBytes, randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureFolder } from './database/writable-place.ts';

/**
 * The key that signs session cookies, where none is configured: generated once, then kept in the data folder, so
 * that sessions outlive a restart.
 */
export async function readOrCreateSessionSecret(dataDir: string): Promise<string> {
  const location = path.join(dataDir, 'session-secret');
  ensureFolder(dataDir);
  const draft = `${location}.${randomUUID()}`;
  await writeFile(draft, randomBytes(32).toString('hex'), { mode: 0o600, flush: true });
  try {
    // A whole file gets its name in one step, and only when there is none: processes that start together share one.
    await link(draft, location);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return readFile(location, 'utf8');
}
