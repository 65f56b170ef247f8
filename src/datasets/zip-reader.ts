import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { AppError } from '../errors.ts';

export interface ZipLimits {
  /** Files and folders in it. */
  maxEntries: number;
  /** Bytes that all files together may have unpacked. */
  maxUnpacked: number;
}

const STORED = 0;
const DEFLATED = 8;

/** Reads files out of a ZIP archive, in any order. Nothing of it is written anywhere. */
export class ZipReader {
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #reading = new Set<Readable>();

  private constructor(zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.#zip = zip;
    this.#entries = entries;
  }

  /**
   * @throws {AppError} `invalid_input` when it is no ZIP archive, is damaged or protected by a password, has paths that lead
   *   out of it, the same path twice, or goes beyond the limits.
   */
  static async open(path: string, limits: ZipLimits): Promise<ZipReader> {
    const zip = await openPromise(path, { autoClose: false, lazyEntries: true }).catch(refuse);
    try {
      return new ZipReader(zip, await entriesOf(zip, limits).catch(refuse));
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  /** Paths of the files, in the order of the archive. */
  names(): string[] {
    return [...this.#entries.keys()];
  }

  /** Bytes of a file, unpacked. */
  sizeOf(name: string): number {
    return this.#entry(name).uncompressedSize;
  }

  /** @throws {AppError} `invalid_input` when the file is not as the archive says that it is; also while it is read. */
  async read(name: string): Promise<Readable> {
    const entry = this.#entry(name);
    const stream = await this.#zip.openReadStreamPromise(entry).catch(refuse);
    this.#reading.add(stream);
    stream.once('close', () => this.#reading.delete(stream));
    return Readable.from(checked(stream, entry.crc32), { objectMode: false });
  }

  /** The file as UTF-8, piece by piece. */
  async *text(name: string): AsyncGenerator<string> {
    const decoder = new TextDecoder('utf-8');
    for await (const chunk of await this.read(name)) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  }

  /** The file as UTF-8, at once. */
  async wholeText(name: string): Promise<string> {
    let whole = '';
    for await (const part of this.text(name)) whole += part;
    return whole;
  }

  /** Lets go of the archive, also of what was not read to its end. */
  close(): void {
    for (const stream of this.#reading) stream.destroy();
    this.#zip.close();
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (!entry) throw new AppError('invalid_input', `The archive has no file “${name}”.`);
    return entry;
  }
}

async function entriesOf(zip: ZipFile, { maxEntries, maxUnpacked }: ZipLimits): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  if (zip.entryCount > maxEntries)
    throw new AppError(
      'invalid_input',
      `The ZIP archive has too many files: ${zip.entryCount}, where ${maxEntries} are the most.`,
    );
  let unpacked = 0;
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName;
    if (name.endsWith('/')) continue;
    if (entry.isEncrypted())
      throw new AppError(
        'invalid_input',
        'The ZIP archive is protected by a password. Make it anew without one.',
      );
    if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
      throw new AppError(
        'invalid_input',
        `“${name}” is packed in a way that is not read here. Make the ZIP archive anew with the usual compression.`,
      );
    }
    if (entries.has(name)) throw new AppError('invalid_input', `The ZIP archive has two files “${name}”.`);
    unpacked += entry.uncompressedSize;
    if (unpacked > maxUnpacked)
      throw new AppError('invalid_input', 'The ZIP archive grows too much when it is unpacked.');
    entries.set(name, entry);
  }
  return entries;
}

async function* checked(stream: Readable, expected: number): AsyncGenerator<Buffer> {
  let sum = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      sum = crc32(chunk, sum);
      yield chunk;
    }
  } catch (error) {
    refuse(error);
  }
  if (sum !== expected) refuse(new Error('the checksum is wrong'));
}

/** What the library complains of is the archive; what the machine complains of is not. */
function refuse(error: unknown): never {
  if (error instanceof AppError || (error instanceof Error && 'syscall' in error)) throw error;
  const outside =
    error instanceof Error && /absolute path|relative path|invalid characters/.test(error.message);
  throw new AppError(
    'invalid_input',
    outside
      ? 'The ZIP archive has a file whose path leads out of it.'
      : 'This is no ZIP archive, or it is damaged.',
    { cause: error },
  );
}
