import type { RequestHandler } from 'express';
import { type ZodType, z } from 'zod';
import { AppError } from '../errors.ts';
import { plainWords } from './plain-words.ts';

// For all schemas at once, also those that one is made of: none forgets it, and no words of the validator reach anybody.
z.config({ customError: plainWords });

/**
 * What a schema makes of a value from outside.
 * @throws {AppError} `invalid_input`, with one entry per refused value.
 */
export function parse<Output>(schema: ZodType<Output>, value: unknown): Output {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = result.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  throw new AppError('invalid_input', 'Some values were not accepted.', { cause: result.error, fields });
}

/** Refuses a wrong query before anything else is done, such as taking an upload in. */
export function checkQuery(schema: ZodType): RequestHandler {
  return (req, _res, next) => {
    parse(schema, req.query);
    next();
  };
}

/** A field of a form or query; an empty one was not filled in. */
export function unlessEmpty<Schema extends ZodType>(schema: Schema) {
  return z.preprocess((value) => (value === '' ? undefined : value), schema.optional());
}
