import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The version of Tesseract that is installed; undefined without it. */
export async function tesseractVersion(): Promise<string | undefined> {
  try {
    const { stdout } = await execute('tesseract', ['--version']);
    return /tesseract v?(\S+)/.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}

/** Milliseconds that reading a picture takes, start of the program included: it is made to be called like this. */
export async function timeTesseract(picture: string): Promise<number> {
  const start = performance.now();
  // Its own threads get in each other's way: with one it is several times faster.
  await execute('tesseract', [picture, 'stdout'], { env: { ...process.env, OMP_THREAD_LIMIT: '1' } });
  return performance.now() - start;
}
