import type { Request } from 'express';
import type { TokenScope } from '../accounts/api-token.ts';
import type { Member } from '../accounts/member.ts';
import { AppError } from '../errors.ts';

declare global {
  namespace Express {
    // Passport's name for whoever a request comes from.
    interface User extends Member {}

    interface Request {
      /** What the request's API token may do; undefined where it has none and came by the session cookie, or by nothing. */
      tokenScope?: TokenScope;
    }
  }
}

/** Whoever the request comes from; undefined for a visitor. */
export function findCurrentMember(req: Request): Member | undefined {
  return req.user;
}

/**
 * Whoever the request comes from, for handlers of routes that visitors cannot reach.
 * @throws {AppError} `not_authenticated` for a visitor.
 */
export function currentMember(req: Request): Member {
  if (req.user === undefined) throw new AppError('not_authenticated', 'Log in first.');
  return req.user;
}
