import type { z } from 'zod';
import { AppError } from '../errors.ts';

/** Where a page of a list ended: the values of the last row that order the list. */
export type Place = readonly (string | number)[];

/** An opaque text for a place that is safe in a URL. */
export function encodeCursor(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/**
 * Reads a cursor that `encodeCursor` made.
 * @param schema What places of this list are like.
 * @throws {AppError} `invalid_input` for anything else.
 */
export function decodeCursor<P extends Place>(text: string, schema: z.ZodType<P>): P {
  try {
    return schema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new AppError('invalid_input', 'The cursor is not one that a list gave out.', {
      cause,
      fields: [{ path: 'cursor', message: 'is not one that a list gave out' }],
    });
  }
}
