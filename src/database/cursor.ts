import { z } from 'zod';
import { AppError } from '../errors.ts';

/** Where a page of a list ended: the last row's time and id, which order the list together. */
export interface Cursor {
  createdAt: Date;
  id: string;
}

const encodedCursor = z.tuple([z.number().int().min(0).max(8.64e15), z.string().regex(/^[0-9a-f-]{36}$/)]);

/** An opaque text for a cursor that is safe in a URL. */
export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify([cursor.createdAt.getTime(), cursor.id])).toString('base64url');
}

/**
 * Reads a cursor that `encodeCursor` made.
 * @throws {AppError} `invalid_input` for anything else.
 */
export function decodeCursor(text: string): Cursor {
  try {
    const [createdAt, id] = encodedCursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return { createdAt: new Date(createdAt), id };
  } catch (cause) {
    throw new AppError('invalid_input', 'The cursor is not one that a list gave out.', {
      cause,
      fields: [{ path: 'cursor', message: 'is not one that a list gave out' }],
    });
  }
}
