import { createHmac } from 'node:crypto';
import { doubleCsrf } from 'csrf-csrf';
import type { Request, RequestHandler, Response } from 'express';
import { AppError } from '../errors.ts';
import { findCurrentMember } from './current-member.ts';

const COOKIE = 'detectx.csrf';

/**
 * Protection against forged requests from other sites by signed double submit: the token stands in an
 * HttpOnly cookie and, for this site only to read, in the page. It is signed together with the session's id,
 * so a token made for one login is worth nothing in another. Nothing is stored, so visitors cost no row.
 */
export interface CsrfProtection {
  /**
   * The token for the pages of this browser; the same in all tabs until login or logout. Sets the cookie, so
   * it must be asked for before the response begins.
   */
  token(req: Request, res: Response): string;
  /**
   * Accepts a request that carries the token in the header `X-CSRF-Token` or the field `_csrf`, or that came
   * by API token (which no browser sends by itself).
   * @throws {AppError} `invalid_csrf_token`
   */
  verify(req: Request): void;
  /** `verify` as middleware. */
  middleware: RequestHandler;
}

/** @param secret the site's session secret; the signing key is derived from it. */
export function createCsrfProtection({ secret }: { secret: string }): CsrfProtection {
  const key = createHmac('sha256', secret).update('csrf').digest('hex');
  const under = (cookieName: string) =>
    doubleCsrf({
      getSecret: () => key,
      getSessionIdentifier: (req) => (findCurrentMember(req) === undefined ? 'visitor' : req.sessionID),
      cookieName,
      getCsrfTokenFromRequest: (req) => req.get('X-CSRF-Token') ?? fieldOf(req.body),
    });
  const overTls = under(`__Host-${COOKIE}`);
  const overPlainHttp = under(COOKIE);
  const protectionOf = (req: Request) => (req.secure ? overTls : overPlainHttp);

  function verify(req: Request): void {
    if (req.tokenScope !== undefined || protectionOf(req).validateRequest(req)) return;
    // For programs: the page of the error has words of its own for people.
    throw new AppError(
      'invalid_csrf_token',
      'A call with a session must carry the CSRF token of its pages in the header X-CSRF-Token. A call with an API token needs none.',
    );
  }

  return {
    token: (req, res) =>
      protectionOf(req).generateCsrfToken(req, res, {
        cookieOptions: { sameSite: 'lax', secure: req.secure, httpOnly: true, path: '/' },
      }),
    verify,
    middleware: (req, _res, next) => {
      verify(req);
      next();
    },
  };
}

function fieldOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('_csrf' in body)) return undefined;
  return typeof body._csrf === 'string' ? body._csrf : undefined;
}
