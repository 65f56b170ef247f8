import type { Request, Response } from 'express';
import { type AuditLog, maskEmail } from '../audit/audit-log.ts';
import { AppError } from '../errors.ts';
import { actSource } from '../http/act-source.ts';
import type { Authentication } from '../http/authentication.ts';
import { clientNetwork } from '../http/client-network.ts';
import { flash } from '../http/flash.ts';
import { refusedForm, refusedStatus } from '../http/form.ts';
import { nextPath } from '../http/return-path.ts';
import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import { blankForm } from '../http/view-model.ts';
import { invitedSchema, PASSWORD_MIN_LENGTH, passwordSchema, registrationSchema } from './account-schemas.ts';
import type { AccountService } from './account-service.ts';
import type { AccountThrottle } from './account-throttle.ts';
import type { ConfirmRegistrationPage, InvitationPage, LoginNotice, RegisterPage } from './account-view.ts';
import { evenAnswer } from './even-answer.ts';
import type { Member } from './member.ts';
import type { RegistrationAnswer, RegistrationService } from './registration-service.ts';

export interface RegistrationPagesOptions {
  accounts: AccountService;
  registrations: RegistrationService;
  authentication: Authentication;
  throttle: AccountThrottle;
  audit: AuditLog;
  allowRegistration: boolean;
}

/** Register, confirm the address, accept an invitation. */
export function registrationPages(options: RegistrationPagesOptions): Route[] {
  const { accounts, registrations, authentication, throttle, audit, allowRegistration } = options;

  async function register(req: Request, res: Response): Promise<void> {
    if (!allowRegistration) return showRegister(req, res, 403);
    try {
      const registration = parse(registrationSchema, req.body);
      await throttle.countRegistration(clientNetwork(req));
      await throttle.countMail(registration.email);
      const answer = await evenAnswer(answerTo(req, registration));
      if (answer.kind === 'welcomed') return welcome(req, res, answer.member);
      const notice: LoginNotice = answer.kind === 'confirming' ? 'confirming' : 'registered';
      const next = nextPath(req);
      res.redirect(303, `/login?notice=${notice}${next ? `&next=${encodeURIComponent(next)}` : ''}`);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await showRegister(req, res, refusedStatus(res, error), error);
    }
  }

  async function answerTo(req: Request, registration: Parameters<RegistrationService['register']>[0]) {
    const answer = await registrations.register(registration);
    await note(req, answer, registration.email);
    return answer;
  }

  /** Of the same size whatever came of it. */
  async function note(req: Request, answer: RegistrationAnswer, email: string): Promise<void> {
    const actor = answer.kind === 'confirming' ? null : answer.member;
    const act = actor ? 'registered' : 'registration_answered';
    // An account names itself; of an address alone the log keeps as much as it may.
    const details = actor ? undefined : maskEmail(email);
    await audit.record(act, { ...actSource(req), actor, details });
  }

  async function welcome(req: Request, res: Response, member: Member): Promise<void> {
    await authentication.logIn(req, member);
    flash(req, 'success', `Welcome to DetectX, ${member.name}.`);
    res.redirect(303, nextPath(req) ?? '/');
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
      next: nextPath(req),
    };
    res.status(status).render('accounts/register', page);
  }

  async function confirm(req: Request, res: Response): Promise<void> {
    const secret = String(req.params.token);
    try {
      const { password } = parse(passwordSchema, req.body);
      await throttle.countLogin(await registrations.openConfirmation(secret), clientNetwork(req));
      const member = await registrations.confirm(secret, password);
      await audit.record('registered', { ...actSource(req), actor: member });
      await welcome(req, res, member);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await showConfirm(req, res, error);
    }
  }

  async function showConfirm(req: Request, res: Response, refusal?: AppError): Promise<void> {
    const page: ConfirmRegistrationPage = {
      email: await registrations.openConfirmation(String(req.params.token)),
      action: req.path,
      form: refusal ? refusedForm(req.body, ['password'], [], refusal) : blankForm(),
    };
    res.status(refusal ? refusedStatus(res, refusal) : 200).render('accounts/confirm-registration', page);
  }

  async function accept(req: Request, res: Response): Promise<void> {
    try {
      const chosen = parse(invitedSchema, req.body);
      await throttle.countRegistration(clientNetwork(req));
      const member = await registrations.acceptInvitation(String(req.params.token), chosen);
      await audit.record('registered', { ...actSource(req), actor: member, details: 'by invitation' });
      await welcome(req, res, member);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await showInvitation(req, res, error);
    }
  }

  async function showInvitation(req: Request, res: Response, refusal?: AppError): Promise<void> {
    const fields = ['name', 'password', 'passwordConfirmation'] as const;
    const page: InvitationPage = {
      email: await registrations.openInvitation(String(req.params.token)),
      action: req.path,
      form: refusal ? refusedForm(req.body, fields, ['name'], refusal) : blankForm(),
      passwordMinLength: PASSWORD_MIN_LENGTH,
    };
    res.status(refusal ? refusedStatus(res, refusal) : 200).render('accounts/invitation', page);
  }

  return [
    {
      method: 'GET',
      path: '/register',
      access: 'visitor',
      handler: (req, res) => showRegister(req, res, allowRegistration ? 200 : 403),
    },
    { method: 'POST', path: '/register', access: 'visitor', handler: register },
    {
      method: 'GET',
      path: '/register/confirm/:token',
      access: 'visitor',
      handler: (req, res) => showConfirm(req, res),
    },
    { method: 'POST', path: '/register/confirm/:token', access: 'visitor', handler: confirm },
    {
      method: 'GET',
      path: '/invitation/:token',
      access: 'visitor',
      handler: (req, res) => showInvitation(req, res),
    },
    { method: 'POST', path: '/invitation/:token', access: 'visitor', handler: accept },
  ];
}
