import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request } from 'express';
import type { StorageEngine } from 'multer';
import { AppError } from '../errors.ts';
import type { UploadMemory } from './upload-memory.ts';

type Done = Parameters<StorageEngine['_handleFile']>[2];

/** Writes a file under a random name and computes its SHA-256 on the way; multer's `filename` holds the hash. */
export class HashingDiskStorage implements StorageEngine {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  _handleFile(_req: Request, file: Express.Multer.File, done: Done): void {
    const location = path.join(this.#folder, randomUUID());
    const hash = createHash('sha256');
    let size = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, forward) {
        hash.update(chunk);
        size += chunk.length;
        forward(null, chunk);
      },
    });
    const tooLong = new AbortController();
    file.stream.once('limit', () => tooLong.abort());
    pipeline(file.stream, measure, createWriteStream(location), { signal: tooLong.signal }).then(
      () => done(null, { path: location, filename: hash.digest('hex'), size }),
      async (error: unknown) => {
        await rm(location, { force: true });
        done(error);
      },
    );
  }

  _removeFile(_req: Request, file: Express.Multer.File, done: (error: Error | null) => void): void {
    rm(file.path, { force: true }).then(() => done(null), done);
  }
}

/** Used for a body that does not tell its length. */
const FIRST_GUESS = 1024 * 1024;

/**
 * Collects a file in one piece of memory and computes its SHA-256 on the way; multer's `filename` holds the hash,
 * `buffer` the file. The memory belongs to nobody else, so that it can be handed to another thread as it is.
 */
export class HashingMemoryStorage implements StorageEngine {
  readonly #memory: UploadMemory;
  readonly #maxBytes: number;

  constructor(memory: UploadMemory, maxBytes: number) {
    this.#memory = memory;
    this.#maxBytes = maxBytes;
  }

  _handleFile(req: Request, file: Express.Multer.File, done: Done): void {
    this.#collect(req, file.stream).then((info) => done(null, info), done);
  }

  _removeFile(_req: Request, file: Express.Multer.File, done: (error: Error | null) => void): void {
    file.buffer = Buffer.alloc(0);
    done(null);
  }

  async #collect(req: Request, stream: Readable): Promise<Partial<Express.Multer.File>> {
    // The body is a little longer than the file in it. What is claimed and never sent is never touched, and costs nothing.
    const guess = Number(req.get('content-length')) || FIRST_GUESS;
    let buffer = Buffer.allocUnsafeSlow(Math.min(guess, this.#maxBytes));
    let size = 0;
    const hash = createHash('sha256');
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      this.#memory.take(req, chunk.length);
      if (size + chunk.length > buffer.length) {
        const longer = Buffer.allocUnsafeSlow(Math.min(2 * buffer.length, this.#maxBytes) + chunk.length);
        buffer.copy(longer, 0, 0, size);
        buffer = longer;
      }
      chunk.copy(buffer, size);
      hash.update(chunk);
      size += chunk.length;
    }
    return { buffer: buffer.subarray(0, size), filename: hash.digest('hex'), size };
  }
}

/** Says at once why a file is refused: multer itself waits until the whole body has arrived. */
export class RefusingStorage implements StorageEngine {
  readonly #storage: StorageEngine;
  readonly #tooLarge: (file: Express.Multer.File) => AppError;
  readonly #refuse: (req: Request, reason: AppError) => void;

  /** @param storage keeps the files. */
  constructor(
    storage: StorageEngine,
    tooLarge: (file: Express.Multer.File) => AppError,
    refuse: (req: Request, reason: AppError) => void,
  ) {
    this.#storage = storage;
    this.#tooLarge = tooLarge;
    this.#refuse = refuse;
  }

  _handleFile(...[req, file, done]: Parameters<StorageEngine['_handleFile']>): void {
    file.stream.once('limit', () => this.#refuse(req, this.#tooLarge(file)));
    this.#storage._handleFile(req, file, (error, info) => {
      if (error instanceof AppError) this.#refuse(req, error);
      done(error, info);
    });
  }

  _removeFile(...args: Parameters<StorageEngine['_removeFile']>): void {
    this.#storage._removeFile(...args);
  }
}
