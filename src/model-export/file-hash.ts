import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** SHA-256 in lower-case hexadecimal. */
export function sha256Of(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** SHA-256 of a file's content, or `undefined` when the file cannot be read. */
export async function sha256OfFile(path: string): Promise<string | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  return bytes && sha256Of(bytes);
}
