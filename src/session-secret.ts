import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * The key that signs session cookies, where none is configured: generated once, then kept in the data folder, so
 * that sessions outlive a restart.
 */
export async function readOrCreateSessionSecret(dataDir: string): Promise<string> {
  const location = path.join(dataDir, 'session-secret');
  await mkdir(dataDir, { recursive: true });
  try {
    // Fails when it is there already, so two processes that start together end up with one secret.
    const file = await open(location, 'wx', 0o600);
    await file.writeFile(randomBytes(32).toString('hex'));
    await file.close();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  return readFile(location, 'utf8');
}
