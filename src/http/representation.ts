import type { Request } from 'express';

/** Whether a path belongs to the JSON API; all others are pages. */
export function isApiPath(path: string): boolean {
  return path.startsWith('/api/') || path.startsWith('/v1/');
}

/** Whether an answer should be JSON: on the API always, on a page when its script asks for it. */
export function prefersJson(req: Request): boolean {
  return isApiPath(req.path) || req.accepts(['html', 'json']) === 'json';
}
