import type { RequestHandler } from 'express';
import type { ZodType } from 'zod';
import { AppError } from '../errors.ts';

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
