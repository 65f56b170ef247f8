import type { Request, Response } from 'express';
import { type AuditLog, maskEmail } from '../audit/audit-log.ts';
import { AppError } from '../errors.ts';
import { actSource, memberSource } from '../http/act-source.ts';
import type { Authentication } from '../http/authentication.ts';
import { currentMember } from '../http/current-member.ts';
import { flash } from '../http/flash.ts';
import { refusedForm, refusedStatus } from '../http/form.ts';
import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import { blankForm } from '../http/view-model.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { KeptPhotos } from './account-removal.ts';
import {
  emailChangeSchema,
  nameSchema,
  PASSWORD_MIN_LENGTH,
  passwordChangeSchema,
} from './account-schemas.ts';
import type { AccountService } from './account-service.ts';
import type { AccountThrottle } from './account-throttle.ts';
import type { ConfirmEmailPage, ProfilePage } from './account-view.ts';
import type { EmailChangeService } from './email-change-service.ts';
import type { PasswordCheck } from './password-check.ts';
import type { QuotaService } from './quota-service.ts';
import type { SessionService } from './session-service.ts';

export interface ProfilePagesOptions {
  accounts: AccountService;
  emailChanges: EmailChangeService;
  sessions: SessionService;
  quotas: QuotaService;
  photos: Pick<KeptPhotos, 'usage'>;
  authentication: Authentication;
  passwordCheck: PasswordCheck;
  throttle: AccountThrottle;
  mailer: Mailer;
  audit: AuditLog;
}

/** Name, e-mail address, password, and how much is kept. */
export function profilePages(options: ProfilePagesOptions): Route[] {
  const {
    accounts,
    emailChanges,
    sessions,
    quotas,
    photos,
    authentication,
    passwordCheck,
    throttle,
    mailer,
    audit,
  } = options;

  async function show(
    req: Request,
    res: Response,
    refused: Partial<Pick<ProfilePage, 'name' | 'email' | 'password'>> = {},
    refusal?: AppError,
  ): Promise<void> {
    const member = currentMember(req);
    const kept = await photos.usage(member.id);
    const most = quotas.of(member);
    const page: ProfilePage = {
      currentEmail: member.email,
      name: blankForm({ name: member.name }),
      email: blankForm(),
      password: blankForm(),
      ...refused,
      passwordMinLength: PASSWORD_MIN_LENGTH,
      photos: { kept: kept.photos, most: most.photos },
      bytes: { kept: kept.bytes, most: most.bytes },
    };
    res.status(refusal ? refusedStatus(res, refusal) : 200).render('accounts/profile', page);
  }

  async function rename(req: Request, res: Response): Promise<void> {
    try {
      const { name } = parse(nameSchema, req.body);
      await accounts.rename(currentMember(req).id, name);
      await audit.record('name_changed', actSource(req));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return show(req, res, { name: refusedForm(req.body, ['name'], ['name'], error) }, error);
    }
    flash(req, 'success', 'Your name is changed.');
    res.redirect(303, '/account');
  }

  async function changePassword(req: Request, res: Response): Promise<void> {
    const member = currentMember(req);
    try {
      const { currentPassword, password } = parse(passwordChangeSchema, req.body);
      await passwordCheck.demand(memberSource(req), currentPassword);
      await accounts.setPassword(member, password);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const fields = ['currentPassword', 'password', 'passwordConfirmation'] as const;
      return show(req, res, { password: refusedForm(req.body, fields, [], error) }, error);
    }
    const ended = await sessions.revokeAll(member.id, req.sessionID);
    await authentication.logIn(req, member);
    await audit.record('password_changed', actSource(req));
    passwordCheck.notify(
      member,
      'Your password was changed',
      'The password of your DetectX account was changed.',
    );
    flash(
      req,
      'success',
      ended > 0
        ? 'Your password is changed, and all other sessions have ended.'
        : 'Your password is changed.',
    );
    res.redirect(303, '/account');
  }

  async function changeEmail(req: Request, res: Response): Promise<void> {
    const member = currentMember(req);
    try {
      const { email, currentPassword } = parse(emailChangeSchema, req.body);
      await passwordCheck.demand(memberSource(req), currentPassword);
      await throttle.countMail(email);
      await emailChanges.ask(member, email);
      await audit.record('email_change_asked', { ...actSource(req), details: maskEmail(email) });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const form = refusedForm(req.body, ['email', 'currentPassword'] as const, ['email'], error);
      return show(req, res, { email: form }, error);
    }
    const sent = mailer.whereabouts('A link', String(req.body.email));
    flash(req, 'info', `${sent} The address changes when it is opened.`);
    res.redirect(303, '/account');
  }

  async function showConfirmEmail(req: Request, res: Response): Promise<void> {
    const email = await emailChanges.open(String(req.params.token));
    const page: ConfirmEmailPage = { email, action: req.path };
    res.render('accounts/confirm-email', page);
  }

  async function confirmEmail(req: Request, res: Response): Promise<void> {
    const member = await emailChanges.confirm(String(req.params.token));
    await audit.record('email_changed', { ...actSource(req), actor: member });
    if (req.user === undefined) return res.redirect(303, '/login?notice=email-changed');
    const whose = req.user.id === member.id ? 'Your e-mail address' : `The e-mail address of ${member.name}`;
    flash(req, 'success', `${whose} is changed.`);
    res.redirect(303, '/account');
  }

  return [
    { method: 'GET', path: '/account', access: 'session', handler: (req, res) => show(req, res) },
    { method: 'POST', path: '/account/name', access: 'session', handler: rename },
    { method: 'POST', path: '/account/password', access: 'session', handler: changePassword },
    { method: 'POST', path: '/account/email', access: 'session', handler: changeEmail },
    // Whoever holds the link has the mail, wherever they read it.
    { method: 'GET', path: '/account/email/:token', access: 'public', handler: showConfirmEmail },
    { method: 'POST', path: '/account/email/:token', access: 'public', handler: confirmEmail },
  ];
}
