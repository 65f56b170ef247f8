import type { ErrorCode } from '../errors.ts';

/** How each refusal is told over HTTP: the status, and the short title that is the same every time. */
export const ERROR_STATUS: Readonly<Record<ErrorCode, { status: number; title: string }>> = {
  invalid_input: { status: 400, title: 'Invalid input' },
  not_authenticated: { status: 401, title: 'Not authenticated' },
  forbidden: { status: 403, title: 'Forbidden' },
  invalid_csrf_token: { status: 403, title: 'Invalid CSRF token' },
  not_found: { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'Conflict' },
  quota_exceeded: { status: 403, title: 'Quota exceeded' },
  upload_too_large: { status: 413, title: 'Upload too large' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  unsupported_image: { status: 415, title: 'Unsupported image format' },
  broken_image: { status: 422, title: 'Broken image' },
  too_many_pixels: { status: 422, title: 'Too many pixels' },
  too_many_attempts: { status: 429, title: 'Too many attempts' },
  overloaded: { status: 503, title: 'Overloaded' },
  engine_unavailable: { status: 503, title: 'Engine unavailable' },
  engine_overloaded: { status: 503, title: 'Engine overloaded' },
  engine_failed: { status: 503, title: 'Engine failed' },
  analysis_interrupted: { status: 503, title: 'Analysis interrupted' },
  analysis_failed: { status: 502, title: 'Analysis failed' },
  mail_unavailable: { status: 503, title: 'Mail unavailable' },
};
