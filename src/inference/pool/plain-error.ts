import { AppError } from '../../errors.ts';
import type { PlainError } from './worker-messages.ts';

/** Takes an error apart so that it can cross to another thread. */
export function toPlainError(error: unknown): PlainError {
  if (!(error instanceof Error)) return { code: undefined, message: String(error), stack: undefined };
  const cause = error.cause instanceof Error ? `\ncaused by ${error.cause.stack}` : '';
  const stack = `${error.stack}${cause}`;
  if (!(error instanceof AppError)) return { code: undefined, message: error.message, stack };
  const { code, message, fields, retryAfterSeconds } = error;
  const retry = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return { code, message, stack, fields, ...retry };
}

/** Puts an error together again: an AppError where it was one. The other thread's stack is kept as its cause. */
export function fromPlainError({ code, message, stack, ...options }: PlainError): Error {
  const cause = new Error(message);
  if (stack !== undefined) cause.stack = stack;
  return code === undefined ? cause : new AppError(code, message, { ...options, cause });
}
