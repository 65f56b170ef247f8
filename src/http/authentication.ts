import type { Request, RequestHandler, Response } from 'express';
import passport from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';
import type { Member } from '../accounts/member.ts';
import { dropSessionCookie, noteOrigin } from './session.ts';

/** What a login asks of the accounts. */
export interface CredentialVerifier {
  /** The member with this e-mail address and password; null when either is wrong. */
  authenticate(email: string, password: string): Promise<Member | null>;
  findMember(id: string): Promise<Member | null>;
}

/** Who a browser belongs to: kept in the session from login to logout. */
export interface Authentication {
  /** Puts the member of the session on the request. Stands behind the session. */
  middleware: readonly RequestHandler[];
  /** The member whom the fields `email` and `password` of the form prove; null when they are wrong. */
  verifyPassword(req: Request, res: Response): Promise<Member | null>;
  /** Begins a session of this member under a new id; also in place of the one that there is, when rights have changed. */
  logIn(req: Request, member: Member): Promise<void>;
  /** Ends the session for good: its old cookie opens nothing any more. */
  logOut(req: Request, res: Response): Promise<void>;
}

/** Logs members in by password, with passport. */
export function createAuthentication({ accounts }: { accounts: CredentialVerifier }): Authentication {
  const authenticator = new passport.Passport();

  authenticator.use(
    new LocalStrategy({ usernameField: 'email' }, (email, password, done) => {
      accounts.authenticate(email, password).then((member) => done(null, member ?? false), done);
    }),
  );
  authenticator.serializeUser<string>((member, done) => done(null, member.id));
  authenticator.deserializeUser<string>((id, done) => {
    accounts.findMember(id).then((member) => done(null, member?.suspendedAt === null ? member : false), done);
  });

  return {
    middleware: [authenticator.initialize(), authenticator.session()],

    verifyPassword: (req, res) =>
      new Promise((resolve, reject) => {
        const answer = (error: unknown, member?: Express.User | false | null) =>
          error ? reject(error) : resolve(member || null);
        authenticator.authenticate('local', answer)(req, res, reject);
      }),

    logIn: (req, member) =>
      new Promise((resolve, reject) => {
        req.logIn(member, (error) => {
          if (error) return reject(error);
          noteOrigin(req);
          resolve();
        });
      }),

    logOut: (req, res) =>
      new Promise((resolve, reject) => {
        req.session.destroy((error) => {
          if (error) return reject(error);
          dropSessionCookie(res);
          resolve();
        });
      }),
  };
}
