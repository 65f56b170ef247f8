import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, RequestHandler } from 'express';
import multer, { MulterError } from 'multer';
import { AppError } from '../errors.ts';
import type { CsrfProtection } from './csrf.ts';

/** The multipart field that carries photos. */
const PHOTO_FIELD = 'photo';

export interface UploadLimits {
  /** Largest file, in bytes. */
  maxBytes: number;
  /** Most files in one request. */
  maxFiles: number;
}

/** A photo that arrived in memory. */
export interface UploadedPhoto {
  filename: string;
  bytes: Buffer;
}

/** A photo that arrived on disk. Whoever handles the request moves or removes it. */
export interface UploadedFile {
  path: string;
  filename: string;
  sha256: string;
  bytes: number;
}

/** Receives photos of multipart requests, and refuses the rest while it is still arriving. */
export interface UploadReceiver {
  /** Writes the files of field `photo` to disk; read them with `uploadedFiles`. */
  toDisk: RequestHandler;
  /** Takes exactly one file of field `photo` into memory; read it with `uploadedPhoto`. */
  toMemory: RequestHandler;
}

/**
 * @param incoming Folder that `toDisk` writes to.
 * @throws by `next(error)` AppError `unsupported_media_type` (not multipart), `invalid_input` (wrong field, no file, too many),
 *   `upload_too_large`, `invalid_csrf_token` (before the first byte of a file is kept).
 */
export function createUploadReceiver(
  { maxBytes, maxFiles }: UploadLimits,
  incoming: string,
  csrf: Pick<CsrfProtection, 'verify'>,
): UploadReceiver {
  // multer answers only when the whole body has arrived; what can be refused before that is refused through here.
  const refusals = new WeakMap<Request, (error: AppError) => void>();
  const receive = (storage: multer.StorageEngine, files: number): RequestHandler => {
    const limits = { maxBytes, maxFiles: files };
    const parse = multer({
      storage: new LimitWatchingStorage(storage, (req) => refusals.get(req)?.(tooLarge(limits))),
      limits: { fileSize: maxBytes, files, fields: 20, fieldSize: 10_000, fieldNameSize: 100 },
      defParamCharset: 'utf8',
      fileFilter: (req, _file, done) => {
        const error = refusalByCsrf(csrf, req);
        if (error) refusals.get(req)?.(error);
        done(null, !error);
      },
    }).array(PHOTO_FIELD, files);
    return (req, res, next) => {
      let settled = false;
      const settle = (error?: unknown) => {
        if (!settled) next(error);
        settled = true;
      };
      if (!req.is('multipart/form-data')) return settle(notMultipart());
      if (Number(req.get('content-length')) > files * maxBytes + ROOM_FOR_FORM)
        return settle(tooLarge(limits));
      refusals.set(req, (error) => {
        settle(error);
        // The rest of the body goes nowhere; the sender is let finish, since many read no answer before.
        req.unpipe();
        req.resume();
      });
      parse(req, res, (error?: unknown) => {
        settle(error ? refusal(error, limits) : (refusalByCsrf(csrf, req) ?? refusalOfNothing(req)));
      });
    };
  };
  return {
    toDisk: receive(new HashingDiskStorage(incoming), maxFiles),
    toMemory: receive(multer.memoryStorage(), 1),
  };
}

/** The files that `toDisk` received; at least one. */
export function uploadedFiles(req: Request): [UploadedFile, ...UploadedFile[]] {
  const [first, ...others] = arrived(req).map((file) => ({
    path: file.path,
    filename: file.originalname,
    sha256: file.filename,
    bytes: file.size,
  }));
  if (!first) throw withoutPhoto();
  return [first, ...others];
}

/** The photo that `toMemory` received. */
export function uploadedPhoto(req: Request): UploadedPhoto {
  const [file] = arrived(req);
  if (!file) throw withoutPhoto();
  return { filename: file.originalname, bytes: file.buffer };
}

const ROOM_FOR_FORM = 64 * 1024;

function arrived(req: Request): Express.Multer.File[] {
  return Array.isArray(req.files) ? req.files : [];
}

function refusalByCsrf(csrf: Pick<CsrfProtection, 'verify'>, req: Request): AppError | undefined {
  try {
    csrf.verify(req);
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

function refusalOfNothing(req: Request): AppError | undefined {
  return arrived(req).length === 0 ? withoutPhoto() : undefined;
}

/** Says at once when a file passes the size limit; its bytes go wherever another storage keeps them. */
class LimitWatchingStorage implements multer.StorageEngine {
  readonly #storage: multer.StorageEngine;
  readonly #onLimit: (req: Request) => void;

  constructor(storage: multer.StorageEngine, onLimit: (req: Request) => void) {
    this.#storage = storage;
    this.#onLimit = onLimit;
  }

  _handleFile(...[req, file, done]: Parameters<multer.StorageEngine['_handleFile']>): void {
    file.stream.once('limit', () => this.#onLimit(req));
    this.#storage._handleFile(req, file, done);
  }

  _removeFile(...args: Parameters<multer.StorageEngine['_removeFile']>): void {
    this.#storage._removeFile(...args);
  }
}

/** Writes a file under a random name and computes its SHA-256 on the way; multer's `filename` holds the hash. */
class HashingDiskStorage implements multer.StorageEngine {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  _handleFile(
    _req: Request,
    file: Express.Multer.File,
    done: (error?: unknown, info?: Partial<Express.Multer.File>) => void,
  ): void {
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

function refusal(error: unknown, limits: UploadLimits): AppError {
  if (error instanceof MulterError) {
    switch (error.code) {
      case 'LIMIT_FILE_SIZE':
        return tooLarge(limits);
      case 'LIMIT_FILE_COUNT':
        return tooMany(limits);
      case 'LIMIT_UNEXPECTED_FILE':
        return error.field === PHOTO_FIELD
          ? tooMany(limits)
          : invalidPhoto('is the field that takes photos; a file came in another one');
      default:
        return new AppError(
          'invalid_input',
          'The form holds more or longer fields than this address takes.',
          { cause: error },
        );
    }
  }
  // What is left are the multipart parser's complaints about a body that is cut off or no multipart at all.
  return new AppError('invalid_input', 'The multipart body is incomplete or malformed.', { cause: error });
}

function tooLarge({ maxBytes, maxFiles }: UploadLimits): AppError {
  const limit = `A photo may have at most ${Math.floor(maxBytes / (1024 * 1024))} MB`;
  return new AppError(
    'upload_too_large',
    maxFiles === 1 ? `${limit}.` : `${limit}; nothing of this upload was kept.`,
  );
}

function tooMany({ maxFiles }: UploadLimits): AppError {
  return invalidPhoto(`takes at most ${maxFiles} ${maxFiles === 1 ? 'file' : 'files'} in one request`);
}

function notMultipart(): AppError {
  return new AppError(
    'unsupported_media_type',
    `Send the photo as multipart/form-data in the field "${PHOTO_FIELD}".`,
  );
}

function withoutPhoto(): AppError {
  return invalidPhoto('holds no file');
}

function invalidPhoto(message: string): AppError {
  return new AppError('invalid_input', `The field "${PHOTO_FIELD}" ${message}.`, {
    fields: [{ path: PHOTO_FIELD, message }],
  });
}
