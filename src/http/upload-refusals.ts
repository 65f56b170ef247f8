import { MulterError } from 'multer';
import { AppError } from '../errors.ts';

/** The multipart field that carries photos. */
export const PHOTO_FIELD = 'photo';

export interface UploadLimits {
  /** Largest file, in bytes. */
  maxBytes: number;
  /** Most files in one request. */
  maxFiles: number;
}

/** What a failure while receiving means to the one who sent the body; faults of this machine stay what they are. */
export function refusal(error: unknown, limits: UploadLimits): unknown {
  if (error instanceof AppError || isSystemError(error)) return error;
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

export function tooLarge({ maxBytes, maxFiles }: UploadLimits): AppError {
  const limit = `A photo may have at most ${Math.floor(maxBytes / (1024 * 1024))} MB`;
  return new AppError(
    'upload_too_large',
    maxFiles === 1 ? `${limit}.` : `${limit}; nothing of this upload was kept.`,
  );
}

function tooMany({ maxFiles }: UploadLimits): AppError {
  return invalidPhoto(`takes at most ${maxFiles} ${maxFiles === 1 ? 'file' : 'files'} in one request`);
}

export function notMultipart(): AppError {
  return new AppError(
    'unsupported_media_type',
    `Send the photo as multipart/form-data in the field "${PHOTO_FIELD}".`,
  );
}

export function withoutPhoto(): AppError {
  return invalidPhoto('holds no file');
}

function invalidPhoto(message: string): AppError {
  return new AppError('invalid_input', `The field "${PHOTO_FIELD}" ${message}.`, {
    fields: [{ path: PHOTO_FIELD, message }],
  });
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
