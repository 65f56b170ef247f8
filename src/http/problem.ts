import { AppError, type ErrorCode, type FieldError } from '../errors.ts';
import { ERROR_STATUS } from './error-status.ts';

/**
 * A refusal or a fault as it is told: everything in it is safe to show. Becomes an RFC 9457 problem or an
 * error page.
 */
export interface Problem {
  type: string;
  title: string;
  status: number;
  /** What was wrong this time; null where there is nothing to say that the title does not. */
  detail: string | null;
  fields: readonly FieldError[];
  retryAfterSeconds?: number | undefined;
  headers: Readonly<Record<string, string>>;
}

/** Refusals that come from Express and its parts, by the status that those give them. */
const BY_STATUS: Readonly<Record<number, { code: ErrorCode | 'method_not_allowed'; detail: string }>> = {
  400: { code: 'invalid_input', detail: 'The request could not be read.' },
  404: { code: 'not_found', detail: 'The address may be mistyped, or what was there is gone.' },
  405: { code: 'method_not_allowed', detail: 'This address does not answer that method.' },
  413: { code: 'upload_too_large', detail: 'The request is larger than this server takes.' },
  415: {
    code: 'unsupported_media_type',
    detail: 'The request is in an encoding that this server does not take.',
  },
  416: { code: 'invalid_input', detail: 'The file ends before the part that was asked for.' },
};

const DEFAULT_RETRY_SECONDS = 5;

/**
 * What to tell about anything that a handler threw. Whatever is not a known refusal is a fault, and tells
 * nothing.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof AppError) return refusal(error);
  const status = statusOf(error);
  if (status === undefined) return problem('internal_error', 500, 'Internal error', null);
  const known = BY_STATUS[status];
  if (known === undefined) return problem('invalid_input', status, 'Request refused', null);
  const title = known.code === 'method_not_allowed' ? 'Method not allowed' : ERROR_STATUS[known.code].title;
  return { ...problem(known.code, status, title, known.detail), headers: headersOf(error) };
}

function refusal(error: AppError): Problem {
  const { status, title } = ERROR_STATUS[error.code];
  return {
    ...problem(error.code, status, title, error.message),
    fields: error.fields,
    retryAfterSeconds: error.retryAfterSeconds ?? (status === 503 ? DEFAULT_RETRY_SECONDS : undefined),
    headers: status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {},
  };
}

/** The `type` of the problems with this code. */
export function problemType(code: string): string {
  return `urn:detectx:error:${code}`;
}

function problem(code: string, status: number, title: string, detail: string | null): Problem {
  return { type: problemType(code), title, status, detail, fields: [], headers: {} };
}

/**
 * The status of an error made as Express, its body parsers and its file server make theirs, where the client
 * is at fault.
 */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  return error.status >= 400 && error.status < 500 ? error.status : undefined;
}

function headersOf(error: unknown): Record<string, string> {
  if (!(error instanceof Error) || !('headers' in error)) return {};
  return typeof error.headers === 'object' ? { ...error.headers } : {};
}
