import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';

/**
 * The file of a photo as it was uploaded. Once open, it can be read to its end even if the photo is deleted meanwhile.
 * @returns null when it is deleted already.
 */
export async function openOriginal(location: string): Promise<Readable | null> {
  try {
    return (await open(location)).createReadStream();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
