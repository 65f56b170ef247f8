import type { Request, RequestHandler, Response } from 'express';
import type { Member } from '../accounts/member.ts';
import { AppError } from '../errors.ts';
import { findCurrentMember } from './current-member.ts';
import { isApiPath, prefersJson } from './representation.ts';
import { wantedPath } from './return-path.ts';
import type { Access } from './route.ts';
import { dropSessionCookie, hasSessionCookie } from './session.ts';

/**
 * What authorization asks of the API tokens: whose it is, or null for one that is wrong, expired or revoked.
 */
export interface TokenVerifier {
  verify(token: string): Promise<Member | null>;
}

/**
 * The guards of the routes. A refused visitor is sent to the login from a page, and gets a 401 from the API;
 * a member without the role gets a 403 from both.
 */
export function createAuthorization({
  tokens,
}: {
  tokens: TokenVerifier;
}): (access: Access) => RequestHandler {
  return (access) => async (req, res, next) => {
    // Everything from here on is made for one person or one moment; a handler of files says otherwise itself.
    res.set('Cache-Control', 'no-store');
    await acceptToken(req, tokens);
    const member = findCurrentMember(req);
    if (access === 'public') return next();
    if (access === 'visitor') return member === undefined ? next() : res.redirect(303, '/');
    if (member === undefined) return refuseVisitor(req, res);
    if (access === 'session' && req.usesToken) {
      throw new AppError('forbidden', 'This needs a login in the browser; an API token cannot do it.');
    }
    if (access === 'admin' && member.role !== 'admin') {
      throw new AppError('forbidden', 'Only an admin may see this.');
    }
    return next();
  };
}

/** A token goes before a session cookie, and a wrong one is refused even where nobody has to log in. */
async function acceptToken(req: Request, tokens: TokenVerifier): Promise<void> {
  const token = /^Bearer +(\S+) *$/i.exec(req.get('Authorization') ?? '')?.[1];
  if (token === undefined || !isApiPath(req.path)) return;
  const member = await tokens.verify(token);
  if (member === null) {
    throw new AppError('not_authenticated', 'The API token is wrong, expired or revoked.');
  }
  req.user = member;
  req.usesToken = true;
}

function refuseVisitor(req: Request, res: Response): void {
  if (prefersJson(req)) {
    throw new AppError(
      'not_authenticated',
      'Log in, or send an API token as "Authorization: Bearer <token>".',
    );
  }
  const page = hasSessionCookie(req) ? '/session-expired' : '/login';
  dropSessionCookie(res);
  res.redirect(303, `${page}?next=${encodeURIComponent(wantedPath(req))}`);
}
