import { PassThrough, type Readable, type Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/**
 * What every entry has: nothing of the moment, the machine or the compressor goes in, so that the same files make the same
 * bytes. Pictures are compressed already, and beside them the rest weighs little.
 */
const ALIKE = {
  // In local time, as the format has it: the same bytes in every time zone.
  mtime: new Date(1980, 0, 1),
  mode: 0o100644,
  forceDosTimestamp: true,
  compress: false,
} as const;

/** Writes a ZIP archive file by file; one and the same for the same files. It is never in memory as a whole. */
export class ZipWriter {
  readonly #zip = new ZipFile();
  readonly #written: Promise<void>;
  readonly #stop = new AbortController();

  /** @param output takes the archive; it is destroyed when the archive is not finished. */
  constructor(output: Writable) {
    const source = new PassThrough();
    this.#zip.on('error', (error: Error) => source.destroy(error));
    this.#zip.outputStream.pipe(source);
    this.#written = pipeline(source, output, { signal: this.#stop.signal });
    // Looked at when the next file is added.
    this.#written.catch(() => undefined);
  }

  addText(name: string, text: string): void {
    this.#zip.addBuffer(Buffer.from(text), name, ALIKE);
  }

  /** Adds a file, and waits until it is read to its end. @param content is destroyed when that fails. */
  async addStream(name: string, content: Readable): Promise<void> {
    this.#zip.addReadStream(content, name, ALIKE);
    try {
      await Promise.race([finished(content), this.#written]);
    } catch (error) {
      content.destroy();
      throw error;
    }
  }

  /** Ends the archive, and waits until all of it is written. */
  async finish(): Promise<void> {
    this.#zip.end();
    await this.#written;
  }

  /** Gives up an archive that is not finished; does nothing to one that is. */
  abandon(): void {
    this.#stop.abort();
  }
}
