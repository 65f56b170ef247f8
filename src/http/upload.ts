import type { Request, RequestHandler } from 'express';
import multer, { type StorageEngine } from 'multer';
import { AppError } from '../errors.ts';
import type { CsrfProtection } from './csrf.ts';
import { prefersJson } from './representation.ts';
import { UploadMemory } from './upload-memory.ts';
import {
  notMultipart,
  type Reader,
  refusal,
  tooLarge,
  type UploadLimits,
  withoutFile,
} from './upload-refusals.ts';
import { HashingDiskStorage, HashingMemoryStorage, RefusingStorage } from './upload-storage.ts';

/** What a multipart body may have around its files, in bytes. */
const ROOM_FOR_FORM = 64 * 1024;
/** For all photos that are taken into memory at one time, in bytes; more where single photos may be large. */
const LEAST_MEMORY = 256 * 1024 * 1024;

/** A photo that arrived in memory; the memory is its own, and may be handed to another thread. */
export interface UploadedPhoto {
  filename: string;
  sha256: string;
  bytes: Buffer;
}

/** A file that arrived on disk. Whoever handles the request moves or removes it. */
export interface UploadedFile {
  path: string;
  filename: string;
  sha256: string;
  bytes: number;
}

/** Receives the files of multipart requests, and refuses the rest while it is still arriving. */
export interface UploadReceiver {
  /** Writes the files of the field to disk; read them with `uploadedFiles`. */
  toDisk: RequestHandler;
  /** Takes exactly one photo into memory; read it with `uploadedPhoto`. */
  toMemory: RequestHandler;
}

/**
 * @param incoming Folder that `toDisk` writes to.
 * @param admit Called before the first byte of a file is kept; what it throws refuses the request.
 * @throws by `next(error)` AppError `unsupported_media_type` (not multipart), `invalid_input` (wrong field, no file, too many),
 *   `upload_too_large`, `invalid_csrf_token` (before the first byte of a file is kept), `overloaded` (too much in memory).
 */
export function createUploadReceiver(
  { field, maxBytes, maxFiles }: UploadLimits,
  incoming: string,
  csrf: Pick<CsrfProtection, 'verify'>,
  admit: (req: Request) => void = () => undefined,
): UploadReceiver {
  const memory = new UploadMemory(Math.max(LEAST_MEMORY, 4 * maxBytes));
  // multer answers only when the whole body has arrived; what can be refused before that is refused through here.
  const refusals = new WeakMap<Request, (error: AppError) => void>();
  const receive = (storage: StorageEngine, files: number): RequestHandler => {
    const limits = { field, maxBytes, maxFiles: files };
    const parse = multer({
      storage: new RefusingStorage(
        storage,
        ({ originalname }) => tooLarge(limits, originalname),
        (req, reason) => refusals.get(req)?.(reason),
      ),
      limits: { fileSize: maxBytes, files, fields: 20, fieldSize: 10_000, fieldNameSize: 100 },
      defParamCharset: 'utf8',
      fileFilter: (req, _file, done) => {
        const error = refusalOf(() => csrf.verify(req)) ?? refusalOf(() => admit(req));
        if (error) refusals.get(req)?.(error);
        done(null, !error);
      },
    }).array(field.name, files);
    return (req, res, next) => {
      let settled = false;
      const settle = (error?: unknown) => {
        if (!settled) next(error);
        settled = true;
      };
      if (!req.is('multipart/form-data')) return settle(notMultipart(limits));
      if (Number(req.get('content-length')) > files * maxBytes + ROOM_FOR_FORM)
        return settle(tooLarge(limits));
      refusals.set(req, (error) => {
        settle(error);
        // The rest of the body goes nowhere; the sender is let finish, since many read no answer before.
        req.unpipe();
        req.resume();
      });
      parse(req, res, (error?: unknown) => {
        // Whoever may not send anything is told that first; forms have their token before their files.
        const refused = error ? refusal(error, limits, readerOf(req)) : refusalOfNothing(req, limits);
        settle(refusalOf(() => csrf.verify(req)) ?? refused);
      });
    };
  };
  return {
    toDisk: receive(new HashingDiskStorage(incoming), maxFiles),
    toMemory: receive(new HashingMemoryStorage(memory, maxBytes), 1),
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
  if (!first) throw new Error('nothing was received');
  return [first, ...others];
}

/** The photo that `toMemory` received. */
export function uploadedPhoto(req: Request): UploadedPhoto {
  const [file] = arrived(req);
  if (!file) throw new Error('nothing was received');
  return { filename: file.originalname, sha256: file.filename, bytes: file.buffer };
}

function arrived(req: Request): Express.Multer.File[] {
  return Array.isArray(req.files) ? req.files : [];
}

function refusalOf(check: () => void): AppError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

function refusalOfNothing(req: Request, limits: UploadLimits): AppError | undefined {
  return arrived(req).length === 0 ? withoutFile(limits, readerOf(req)) : undefined;
}

function readerOf(req: Request): Reader {
  return prefersJson(req) ? 'program' : 'person';
}
