import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { findCurrentMember } from './current-member.ts';
import { errorPage } from './error-view.ts';
import { type Problem, problemOf, problemType } from './problem.ts';
import { prefersJson } from './representation.ts';
import { requestId } from './request-log.ts';

/** Answers what no route has answered. Stands behind all routes. */
export const notFound: RequestHandler = () => {
  throw new AppError('not_found', 'The address may be mistyped, or what was there is gone.');
};

/**
 * Answers everything that was thrown: `application/problem+json` on the API, the page `errors/error`
 * elsewhere. A fault is logged with the request's id, and tells nothing but that id. Stands last.
 */
export function createErrorHandler({ logger }: { logger: Logger }): ErrorRequestHandler {
  return (error: unknown, req, res, _next) => {
    const problem = problemOf(error);
    const id = requestId(req);
    if (problem.status === 500) logger.error({ err: error, requestId: id }, 'request failed');
    if (res.headersSent) {
      // The status is out already; only a broken connection tells that what came is not all.
      res.destroy();
      return;
    }
    // What the failed handler had meant to send describes another body.
    for (const name of ['Content-Disposition', 'Content-Encoding', 'ETag', 'Last-Modified'])
      res.removeHeader(name);
    res.status(problem.status).set(problem.headers).set('Cache-Control', 'no-store');
    if (problem.retryAfterSeconds !== undefined) res.set('Retry-After', String(problem.retryAfterSeconds));
    if (prefersJson(req)) sendProblem(req, res, problem, id);
    else renderProblem(req, res, problem, id, logger);
  };
}

function sendProblem(
  req: Request,
  res: Response,
  { type, title, status, detail, fields }: Problem,
  id: string,
): void {
  // What is wrong with the input as a whole stands nowhere in it.
  const whole = req.method === 'GET' ? 'query' : 'body';
  const errors = fields.map(({ path, message }) => ({ path: path === '' ? whole : path, message }));
  const body = {
    type,
    title,
    status,
    ...(detail === null ? {} : { detail }),
    ...(fields.length === 0 ? {} : { errors }),
    requestId: id,
  };
  res.type('application/problem+json').send(JSON.stringify(body));
}

function renderProblem(req: Request, res: Response, problem: Problem, id: string, logger: Logger): void {
  const page = errorPage({
    status: problem.status,
    formExpired: problem.type === problemType('invalid_csrf_token'),
    detail: problem.detail,
    requestId: id,
    path: req.originalUrl,
    signedIn: findCurrentMember(req) !== undefined,
    retryAfterSeconds: problem.retryAfterSeconds,
  });
  res.render('errors/error', page, (fault, html) => {
    if (!fault) {
      res.send(html);
      return;
    }
    logger.error({ err: fault, requestId: id }, 'error page failed');
    res.type('text/plain').send(`${page.title}\n${page.message}\nRequest ${id}\n`);
  });
}
