import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler } from 'express';
import { pinoHttp } from 'pino-http';
import type { Logger } from '../logger.ts';

const PROBES = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * One line per answered request: id, method, path, member, status, duration. Headers, bodies and query
 * strings are left out, for they may hold tokens, cookies, passwords and e-mail addresses. The id goes back
 * as `X-Request-Id`.
 */
export function createRequestLog(logger: Logger): RequestHandler {
  return pinoHttp<Request>({
    logger,
    genReqId: (_req, res) => {
      const id = randomUUID();
      res.setHeader('X-Request-Id', id);
      return id;
    },
    // A fault is logged with its stack where it is answered.
    customLogLevel: (_req, res) => (res.statusCode >= 500 ? 'warn' : 'info'),
    customSuccessMessage: () => 'request',
    customErrorMessage: () => 'request',
    customErrorObject: (_req, _res, _error, values) => ({ ...values, err: undefined }),
    customProps: (req) => (req.user ? { member: req.user.id } : {}),
    serializers: {
      req: (req: { id: string; method: string; url: string }) => ({
        id: req.id,
        method: req.method,
        path: pathOf(req.url),
      }),
      res: (res: { statusCode: number }) => ({ status: res.statusCode }),
    },
    autoLogging: { ignore: (req: IncomingMessage) => PROBES.has(pathOf(req.url ?? '')) },
  });
}

/** The id under which this request stands in the log. */
export function requestId(req: Request): string {
  return String(req.id);
}

/** Without the query, and without what opens a link that was sent by mail. */
function pathOf(url: string): string {
  const [path = ''] = url.split('?', 1);
  return path.replaceAll(/\/[\w-]{43}(?=\/|$)/g, '/…');
}
