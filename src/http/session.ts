import type { Request, RequestHandler, Response } from 'express';
import expressSession from 'express-session';
import { findCurrentMember } from './current-member.ts';
import type { SessionStore } from './session-store.ts';

declare module 'express-session' {
  interface SessionData {
    /** When the member was last seen in this session, in ms since 1970, to within some minutes. */
    lastSeenAt: number;
  }
}

const COOKIE = 'detectx.sid';
const IDLE_LIFETIME_MS = 14 * 24 * 60 * 60_000;
const TOUCH_AFTER_MS = 5 * 60_000;

/** Sessions of members, by a signed cookie; a visitor has none and costs no row. */
export function createSessions({ secret, store }: { secret: string; store: SessionStore }): RequestHandler {
  return expressSession({
    name: COOKIE,
    secret,
    store,
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto', maxAge: IDLE_LIFETIME_MS },
  });
}

/**
 * Notes every few minutes that a member is there; that change alone extends row and cookie, so most requests
 * write nothing. Stands behind authentication.
 */
export const keepSessionAlive: RequestHandler = (req, _res, next) => {
  const now = Date.now();
  if (findCurrentMember(req) !== undefined && now - (req.session.lastSeenAt ?? 0) > TOUCH_AFTER_MS) {
    req.session.lastSeenAt = now;
  }
  next();
};

/** Whether the browser holds a session cookie, live or not. */
export function hasSessionCookie(req: Request): boolean {
  return req.cookies[COOKIE] !== undefined;
}

export function dropSessionCookie(res: Response): void {
  res.clearCookie(COOKIE, { httpOnly: true, sameSite: 'lax' });
}
