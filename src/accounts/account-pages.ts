import type { Request, Response } from 'express';
import { AppError } from '../errors.ts';
import type { Authentication } from '../http/authentication.ts';
import { clientNetwork } from '../http/client-network.ts';
import { findCurrentMember } from '../http/current-member.ts';
import { flash } from '../http/flash.ts';
import { refusedForm } from '../http/form.ts';
import { safeReturnPath } from '../http/return-path.ts';
import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import { blankForm } from '../http/view-model.ts';
import { loginSchema, PASSWORD_MIN_LENGTH, registrationSchema } from './account-schemas.ts';
import type { AccountService } from './account-service.ts';
import type { AccountThrottle } from './account-throttle.ts';
import type { LoginPage, RegisterPage, SessionExpiredPage } from './account-view.ts';

export interface AccountPagesOptions {
  accounts: AccountService;
  authentication: Authentication;
  throttle: AccountThrottle;
  allowRegistration: boolean;
}

/** Register, log in, log out. */
export function accountPages(options: AccountPagesOptions): Route[] {
  const { accounts, authentication, throttle, allowRegistration } = options;

  async function register(req: Request, res: Response): Promise<void> {
    if (!allowRegistration) return showRegister(req, res, 403);
    try {
      const registration = parse(registrationSchema, req.body);
      await throttle.countRegistration(clientNetwork(req));
      const member = await accounts.register(registration);
      await authentication.logIn(req, member);
      flash(req, 'success', `Welcome to DetectX, ${member.name}.`);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return showRegister(req, res, refusedStatus(res, error), error);
    }
    res.redirect(303, nextOf(req) ?? '/');
  }

  async function showRegister(
    req: Request,
    res: Response,
    status: number,
    refusal?: AppError,
  ): Promise<void> {
    const fields = ['name', 'email', 'password', 'passwordConfirmation'] as const;
    const page: RegisterPage = {
      form: refusal ? refusedForm(req.body, fields, ['name', 'email'], refusal) : blankForm(),
      passwordMinLength: PASSWORD_MIN_LENGTH,
      firstAccount: await accounts.isFirst(),
      next: nextOf(req),
    };
    res.status(status).render('accounts/register', page);
  }

  async function logIn(req: Request, res: Response): Promise<void> {
    try {
      const { email } = parse(loginSchema, req.body);
      const network = clientNetwork(req);
      await throttle.countLogin(email, network);
      const member = await authentication.verifyPassword(req, res);
      if (member === null) {
        throw new AppError('not_authenticated', 'The e-mail address or the password is wrong.');
      }
      await throttle.forgiveLogin(email, network);
      await authentication.logIn(req, member);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return showLogin(req, res, refusedStatus(res, error), error);
    }
    res.redirect(303, nextOf(req) ?? '/');
  }

  return [
    {
      method: 'GET',
      path: '/register',
      access: 'visitor',
      handler: (req, res) => showRegister(req, res, allowRegistration ? 200 : 403),
    },
    { method: 'POST', path: '/register', access: 'visitor', handler: register },
    { method: 'GET', path: '/login', access: 'visitor', handler: (req, res) => showLogin(req, res, 200) },
    { method: 'POST', path: '/login', access: 'visitor', handler: logIn },
    {
      method: 'POST',
      path: '/logout',
      access: 'member',
      handler: async (req, res) => {
        await authentication.logOut(req, res);
        res.redirect(303, '/');
      },
    },
    { method: 'GET', path: '/session-expired', access: 'public', handler: showSessionExpired },
  ];
}

function showLogin(req: Request, res: Response, status: number, refusal?: AppError): void {
  const page: LoginPage = {
    form: refusal ? refusedForm(req.body, ['email', 'password'], ['email'], refusal) : blankForm(),
    next: nextOf(req),
  };
  res.status(status).render('accounts/login', page);
}

function showSessionExpired(req: Request, res: Response): void {
  const page: SessionExpiredPage = { next: nextOf(req) };
  if (findCurrentMember(req) === undefined) res.render('accounts/session-expired', page);
  else res.redirect(303, page.next ?? '/');
}

/** Where the login was asked for: from the form that is sent, or from the link that leads to it. */
function nextOf(req: Request): string | null {
  return safeReturnPath(req.body?.next ?? req.query.next);
}

/**
 * The status with which a form goes back; sets `Retry-After` where there is something to wait for.
 */
function refusedStatus(res: Response, refusal: AppError): number {
  if (refusal.retryAfterSeconds !== undefined) res.set('Retry-After', String(refusal.retryAfterSeconds));
  if (refusal.code === 'not_authenticated') return 401;
  return refusal.code === 'too_many_attempts' ? 429 : 422;
}
