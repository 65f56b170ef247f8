import type { Request, RequestHandler, Response } from 'express';
import expressSession from 'express-session';
import { clientAddress } from './client-network.ts';
import { deviceName } from './device-name.ts';
import type { SessionStore } from './session-store.ts';

declare module 'express-session' {
  interface SessionData {
    /** When the member logged in, in ms since 1970. */
    startedAt: number;
    /** When the member was last seen in this session, in ms since 1970, to within some minutes. */
    lastSeenAt: number;
    /** Network address of the login. */
    address: string;
    /** What the login came from, in words. */
    device: string;
    /** Who has proved their password and not yet their second factor; not logged in. */
    pendingLogin: { memberId: string; since: number };
    /** When the member proved the password to set a second factor up, in ms since 1970. */
    secondFactorSetUp: number;
  }
}

const DAY_MS = 24 * 60 * 60_000;
/** A session ends when nobody comes for this long … */
const IDLE_LIFETIME_MS = 14 * DAY_MS;
/** … and in any case this long after the login. */
const LONGEST_LIFETIME_MS = 90 * DAY_MS;
/** Time to prove the second factor in. */
const PENDING_LIFETIME_MS = 10 * 60_000;
const TOUCH_AFTER_MS = 5 * 60_000;

/** Over TLS the name itself makes browsers refuse a cookie that another host or an unprotected page has set. */
function cookieName(req: Request): string {
  return req.secure ? '__Host-detectx.sid' : 'detectx.sid';
}

/** Sessions of members, by a signed cookie; a visitor has none and costs no row. */
export function createSessions({ secret, store }: { secret: string; store: SessionStore }): RequestHandler {
  const under = (name: string) =>
    expressSession({
      name,
      secret,
      store,
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto', path: '/', maxAge: IDLE_LIFETIME_MS },
    });
  const sessions = new Map<string, RequestHandler>();
  return (req, res, next) => {
    const name = cookieName(req);
    const handler = sessions.get(name) ?? under(name);
    sessions.set(name, handler);
    handler(req, res, next);
  };
}

/** Notes when and where a session begins. */
export function noteOrigin(req: Request): void {
  const now = Date.now();
  req.session.startedAt = now;
  req.session.lastSeenAt = now;
  req.session.address = clientAddress(req) ?? '';
  req.session.device = deviceName(req.get('User-Agent'));
}

/** Remembers, under a new id, who has proved their password and has a second factor still to prove. */
export function beginPendingLogin(req: Request, memberId: string): Promise<void> {
  return new Promise((resolve, reject) => {
    req.session.regenerate((error) => {
      if (error) return reject(error);
      noteOrigin(req);
      req.session.pendingLogin = { memberId, since: Date.now() };
      req.session.cookie.maxAge = PENDING_LIFETIME_MS;
      resolve();
    });
  });
}

/** The member whose second factor is awaited; null when there is none, or it took too long. */
export function pendingLogin(req: Request): string | null {
  // There is no session when the database failed.
  const pending = req.session?.pendingLogin;
  return pending && Date.now() - pending.since < PENDING_LIFETIME_MS ? pending.memberId : null;
}

/** Ends a session whose time is over, before anybody is recognised by it. Stands behind the sessions. */
export const endOldSession: RequestHandler = (req, _res, next) => {
  // There is none when the database failed.
  const startedAt = req.session?.startedAt;
  if (startedAt === undefined || Date.now() - startedAt < LONGEST_LIFETIME_MS) next();
  else req.session.regenerate(next);
};

/**
 * Notes every few minutes that a member is there; that change alone extends row and cookie, so most requests
 * write nothing. Stands behind authentication.
 */
export const keepSessionAlive: RequestHandler = (req, _res, next) => {
  const now = Date.now();
  if (req.user !== undefined && now - (req.session.lastSeenAt ?? 0) > TOUCH_AFTER_MS) {
    req.session.lastSeenAt = now;
  }
  next();
};

/** Whether the browser holds a session cookie, live or not. */
export function hasSessionCookie(req: Request): boolean {
  return req.cookies[cookieName(req)] !== undefined;
}

export function dropSessionCookie(res: Response): void {
  const { secure } = res.req;
  res.clearCookie(cookieName(res.req), { httpOnly: true, sameSite: 'lax', secure, path: '/' });
}
