import { MulterError } from 'multer';
import { AppError } from '../errors.ts';

/** The multipart field that carries files, and what it takes, in words. */
export interface UploadField {
  name: string;
  /** One of them, such as `photo`. */
  takes: string;
}

export const PHOTO_FIELD: UploadField = { name: 'photo', takes: 'photo' };
export const DATASET_FIELD: UploadField = { name: 'dataset', takes: 'data set' };

export interface UploadLimits {
  field: UploadField;
  /** Largest file, in bytes. */
  maxBytes: number;
  /** Most files in one request. */
  maxFiles: number;
}

/** A refusal in the words of the one who reads it: a program knows fields and media types, a person files. */
interface Wording {
  program: string;
  person: string;
}

/** Who reads what this request is answered. */
export type Reader = keyof Wording;

/** What a failure while receiving means to the one who sent the body; faults of this machine stay what they are. */
export function refusal(error: unknown, limits: UploadLimits, reader: Reader): unknown {
  if (error instanceof AppError || isSystemError(error)) return error;
  if (error instanceof MulterError) {
    switch (error.code) {
      case 'LIMIT_FILE_SIZE':
        return tooLarge(limits);
      case 'LIMIT_FILE_COUNT':
        return tooMany(limits, reader);
      case 'LIMIT_UNEXPECTED_FILE':
        return error.field === limits.field.name ? tooMany(limits, reader) : wrongField(limits);
      default:
        return new AppError(
          'invalid_input',
          'The form holds more or longer fields than this address takes.',
          { cause: error },
        );
    }
  }
  // What is left are the multipart parser's complaints about a body that is cut off or no multipart at all.
  const cut: Wording = {
    program: 'The multipart body is incomplete or malformed.',
    person: 'The upload did not arrive as a whole. Send it again.',
  };
  return new AppError('invalid_input', cut[reader], { cause: error });
}

/** @param filename Of the file, where it is known which one it is. */
export function tooLarge({ field, maxBytes, maxFiles }: UploadLimits, filename?: string): AppError {
  const limit = `A ${field.takes} may have at most ${Math.floor(maxBytes / (1024 * 1024))} MB`;
  const culprit = filename === undefined ? `${limit}.` : `${limit}, and “${filename}” is larger.`;
  const kept = 'Nothing of this upload was kept.';
  return new AppError('upload_too_large', maxFiles === 1 ? culprit : `${culprit} ${kept}`);
}

function tooMany(limits: UploadLimits, reader: Reader): AppError {
  const { field, maxFiles } = limits;
  const one = maxFiles === 1;
  return invalidFile(limits, reader, {
    program: `takes at most ${maxFiles} ${one ? 'file' : 'files'} in one request`,
    person: one
      ? `One ${field.takes} goes at a time. Nothing of this upload was kept.`
      : `At most ${maxFiles} ${field.takes}s go at once: choose fewer, and the others after that. Nothing of this upload was kept.`,
  });
}

export function notMultipart({ field }: UploadLimits): AppError {
  return new AppError(
    'unsupported_media_type',
    `Send the ${field.takes} as multipart/form-data in the field "${field.name}".`,
  );
}

export function withoutFile(limits: Pick<UploadLimits, 'field'>, reader: Reader): AppError {
  return invalidFile(limits, reader, {
    program: 'holds no file',
    person: `Choose a ${limits.field.takes} first.`,
  });
}

/** Happens to programs alone: the forms of the pages have the one field. */
function wrongField(limits: UploadLimits): AppError {
  const says = `is the field that takes a ${limits.field.takes}; a file came in another one`;
  return invalidFile(limits, 'program', { program: says, person: says });
}

/** The entry of the field is the same for both readers. */
function invalidFile(
  { field }: Pick<UploadLimits, 'field'>,
  reader: Reader,
  { program, person }: Wording,
): AppError {
  return new AppError(
    'invalid_input',
    reader === 'person' ? person : `The field "${field.name}" ${program}.`,
    {
      fields: [{ path: field.name, message: program }],
    },
  );
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
