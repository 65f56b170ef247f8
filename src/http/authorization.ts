import type { Request, RequestHandler, Response } from 'express';
import type { TokenScope } from '../accounts/api-token.ts';
import type { Member } from '../accounts/member.ts';
import { AppError } from '../errors.ts';
import { clientNetwork } from './client-network.ts';
import { findCurrentMember } from './current-member.ts';
import { isApiPath, prefersJson } from './representation.ts';
import { wantedPath } from './return-path.ts';
import type { Access } from './route.ts';
import { dropSessionCookie, hasSessionCookie, pendingLogin } from './session.ts';

/**
 * What authorization asks of the API tokens: whose it is and what it may do, or null for one that is worth nothing.
 */
export interface TokenVerifier {
  verify(token: string): Promise<{ member: Member; scope: TokenScope } | null>;
}

export interface TokenGuards {
  tokens: TokenVerifier;
  throttle: TokenThrottle;
}

/** What slows down those who try tokens that are worth nothing. */
export interface TokenThrottle {
  /** @throws {AppError} `too_many_attempts` */
  countRefusedToken(network: string): Promise<void>;
}

const BY_SESSION_ONLY: ReadonlySet<Access> = new Set(['session', 'admin-session']);
const ADMINS_ONLY: ReadonlySet<Access> = new Set(['admin', 'admin-session']);

/**
 * The guards of the routes. A refused visitor is sent to the login from a page, and gets a 401 from the API;
 * a member without the role gets a 403 from both.
 */
export function createAuthorization(
  guards: TokenGuards,
): (access: Access, neededScope: TokenScope) => RequestHandler {
  return (access, neededScope) => async (req, res, next) => {
    // Everything from here on is made for one person or one moment; a handler of files says otherwise itself.
    res.set('Cache-Control', 'no-store');
    await acceptToken(req, guards);
    const member = findCurrentMember(req);
    if (access === 'public') return next();
    if (access === 'visitor') return member === undefined ? next() : res.redirect(303, '/');
    if (member === undefined) return refuseVisitor(req, res);
    if (BY_SESSION_ONLY.has(access) && req.tokenScope !== undefined) {
      throw new AppError('forbidden', 'This needs a login in the browser; an API token cannot do it.');
    }
    if (ADMINS_ONLY.has(access) && member.role !== 'admin') {
      throw new AppError('forbidden', 'Only an admin may see this.');
    }
    if (neededScope === 'write' && req.tokenScope === 'read') {
      throw new AppError('forbidden', 'This API token may only read.');
    }
    return next();
  };
}

/** A token goes before a session cookie, and a wrong one is refused even where nobody has to log in. */
async function acceptToken(req: Request, { tokens, throttle }: TokenGuards): Promise<void> {
  const token = /^Bearer +(\S+) *$/i.exec(req.get('Authorization') ?? '')?.[1];
  if (token === undefined || !isApiPath(req.path)) return;
  const verified = await tokens.verify(token);
  if (verified === null) {
    await throttle.countRefusedToken(clientNetwork(req));
    throw new AppError('not_authenticated', 'The API token is wrong, expired or revoked.');
  }
  req.user = verified.member;
  req.tokenScope = verified.scope;
}

function refuseVisitor(req: Request, res: Response): void {
  if (prefersJson(req)) {
    throw new AppError(
      'not_authenticated',
      'Log in, or send an API token as "Authorization: Bearer <token>".',
    );
  }
  const next = `?next=${encodeURIComponent(wantedPath(req))}`;
  if (pendingLogin(req) !== null) {
    // Half-way through the login.
    res.redirect(303, `/login/second-factor${next}`);
    return;
  }
  const page = hasSessionCookie(req) ? '/session-expired' : '/login';
  dropSessionCookie(res);
  res.redirect(303, page + next);
}
