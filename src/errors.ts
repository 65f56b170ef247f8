/**
 * The refusals that the program answers on purpose. A code is part of the public surface (it becomes the
 * `type` of an RFC 9457 problem); `src/http/error-status.ts` maps each one to its HTTP status.
 */
export type ErrorCode =
  | 'invalid_input'
  | 'not_authenticated'
  | 'forbidden'
  | 'invalid_csrf_token'
  | 'not_found'
  | 'conflict'
  | 'too_many_attempts'
  | 'quota_exceeded'
  | 'upload_too_large'
  | 'unsupported_media_type'
  | 'unsupported_image'
  | 'broken_image'
  | 'too_many_pixels'
  | 'overloaded'
  | 'engine_unavailable'
  | 'engine_overloaded'
  | 'engine_failed'
  | 'analysis_interrupted'
  | 'analysis_failed'
  | 'mail_unavailable';

/** One value that was refused: where it stood in the input, and what is wrong with it. */
export interface FieldError {
  path: string;
  message: string;
}

export interface AppErrorOptions {
  cause?: unknown;
  /** For `invalid_input`: one entry per refused value. */
  fields?: readonly FieldError[];
  /** For `too_many_attempts`, `overloaded`, `engine_*`, `analysis_interrupted`: when to try again. */
  retryAfterSeconds?: number;
}

/** A refusal whose message is safe and helpful to show to the person who caused it. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly fields: readonly FieldError[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.fields = options.fields ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
