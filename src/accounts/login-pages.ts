import type { Request, Response } from 'express';
import { type AuditLog, maskEmail } from '../audit/audit-log.ts';
import { AppError } from '../errors.ts';
import { actSource } from '../http/act-source.ts';
import type { Authentication } from '../http/authentication.ts';
import { clientNetwork } from '../http/client-network.ts';
import { findCurrentMember } from '../http/current-member.ts';
import { refusedForm, refusedStatus } from '../http/form.ts';
import { nextPath } from '../http/return-path.ts';
import type { Route } from '../http/route.ts';
import { beginPendingLogin, pendingLogin } from '../http/session.ts';
import { parse } from '../http/validation.ts';
import { blankForm } from '../http/view-model.ts';
import { codeSchema, loginSchema } from './account-schemas.ts';
import type { AccountService } from './account-service.ts';
import type { AccountThrottle } from './account-throttle.ts';
import {
  LOGIN_NOTICES,
  type LoginCodePage,
  type LoginNotice,
  type LoginPage,
  type SessionExpiredPage,
} from './account-view.ts';
import type { Member } from './member.ts';
import { isRecoveryCode, type SecondFactorService } from './second-factor-service.ts';

export interface LoginPagesOptions {
  accounts: AccountService;
  secondFactors: SecondFactorService;
  authentication: Authentication;
  throttle: AccountThrottle;
  audit: AuditLog;
}

/** Log in, by password and second factor, and out. */
export function loginPages(options: LoginPagesOptions): Route[] {
  const { accounts, secondFactors, authentication, throttle, audit } = options;

  async function logIn(req: Request, res: Response): Promise<void> {
    try {
      const { email } = parse(loginSchema, req.body);
      const network = clientNetwork(req);
      await throttle.countLogin(email, network);
      const member = await authentication.verifyPassword(req, res);
      if (member === null) {
        // Asked for a known and for an unknown address alike, so that both take the same time.
        const subject = await accounts.findByEmail(email);
        await refuse(req, subject, subject ? 'wrong password' : maskEmail(email));
        throw new AppError('not_authenticated', 'The e-mail address or the password is wrong.');
      }
      await demandActive(req, member);
      await throttle.forgiveLogin(email, network);
      if (!(await secondFactors.isEnabled(member.id))) return await letIn(req, res, member);
      await beginPendingLogin(req, member.id);
      const next = nextPath(req);
      res.redirect(303, `/login/second-factor${next ? `?next=${encodeURIComponent(next)}` : ''}`);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      showLogin(req, res, error);
    }
  }

  async function checkCode(req: Request, res: Response): Promise<void> {
    const memberId = pendingLogin(req);
    const member = memberId && (await accounts.findMember(memberId));
    if (!member) return res.redirect(303, '/login');
    try {
      const { code } = parse(codeSchema, req.body);
      // Recovery codes are too long to be guessed, and must work while somebody else guesses.
      if (!isRecoveryCode(code)) await throttle.countSecondFactor(member.id);
      const proof = await secondFactors.verify(member.id, code);
      if (proof === null) {
        await refuse(req, member, 'wrong code of the second factor');
        throw new AppError('not_authenticated', 'This code is wrong, or it was used already.');
      }
      await demandActive(req, member);
      await throttle.forgiveSecondFactor(member.id);
      if (proof === 'recovery code') {
        await audit.record('recovery_code_used', { ...actSource(req), actor: member });
      }
      await letIn(req, res, member, `with ${proof === 'code' ? 'a second factor' : 'a recovery code'}`);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      showCode(req, res, error);
    }
  }

  async function letIn(req: Request, res: Response, member: Member, details?: string): Promise<void> {
    const next = nextPath(req) ?? '/';
    await authentication.logIn(req, member);
    await audit.record('logged_in', { ...actSource(req), details });
    res.redirect(303, next);
  }

  async function refuse(req: Request, subject: Member | null, details: string): Promise<void> {
    await audit.record('login_refused', { ...actSource(req), actor: null, subject, details });
  }

  /** Told only to somebody who has proved that the account is theirs. */
  async function demandActive(req: Request, member: Member): Promise<void> {
    if (member.suspendedAt === null) return;
    await refuse(req, member, 'suspended');
    throw new AppError('forbidden', 'This account is suspended. Ask an admin of this server.');
  }

  async function logOut(req: Request, res: Response): Promise<void> {
    const source = actSource(req);
    await authentication.logOut(req, res);
    await audit.record('logged_out', source);
    res.redirect(303, '/');
  }

  return [
    { method: 'GET', path: '/login', access: 'visitor', handler: (req, res) => showLogin(req, res) },
    { method: 'POST', path: '/login', access: 'visitor', handler: logIn },
    {
      method: 'GET',
      path: '/login/second-factor',
      access: 'visitor',
      handler: (req, res) => (pendingLogin(req) ? showCode(req, res) : res.redirect(303, '/login')),
    },
    { method: 'POST', path: '/login/second-factor', access: 'visitor', handler: checkCode },
    { method: 'POST', path: '/logout', access: 'session', handler: logOut },
    { method: 'GET', path: '/session-expired', access: 'public', handler: showSessionExpired },
  ];
}

function showLogin(req: Request, res: Response, refusal?: AppError): void {
  const notice = String(req.query.notice ?? '');
  const page: LoginPage = {
    form: refusal ? refusedForm(req.body, ['email', 'password'], ['email'], refusal) : blankForm(),
    next: nextPath(req),
    notice: !refusal && isNotice(notice) ? LOGIN_NOTICES[notice] : null,
  };
  res.status(refusal ? refusedStatus(res, refusal) : 200).render('accounts/login', page);
}

function isNotice(name: string): name is LoginNotice {
  return Object.hasOwn(LOGIN_NOTICES, name);
}

function showCode(req: Request, res: Response, refusal?: AppError): void {
  const page: LoginCodePage = {
    form: refusal ? refusedForm(req.body, ['code'], [], refusal) : blankForm(),
    next: nextPath(req),
  };
  res.status(refusal ? refusedStatus(res, refusal) : 200).render('accounts/login-code', page);
}

function showSessionExpired(req: Request, res: Response): void {
  const page: SessionExpiredPage = { next: nextPath(req) };
  if (findCurrentMember(req) === undefined) res.render('accounts/session-expired', page);
  else res.redirect(303, page.next ?? '/');
}
