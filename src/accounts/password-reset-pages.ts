import type { Request, Response } from 'express';
import { type AuditLog, maskEmail } from '../audit/audit-log.ts';
import { AppError } from '../errors.ts';
import { actSource } from '../http/act-source.ts';
import { clientNetwork } from '../http/client-network.ts';
import { refusedForm, refusedStatus } from '../http/form.ts';
import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import { blankForm } from '../http/view-model.ts';
import type { Mailer } from '../mail/mailer.ts';
import { emailSchema, newPasswordSchema, PASSWORD_MIN_LENGTH } from './account-schemas.ts';
import type { AccountThrottle } from './account-throttle.ts';
import type { ForgotPasswordPage, LoginNotice, ResetPasswordPage } from './account-view.ts';
import { evenAnswer } from './even-answer.ts';
import type { PasswordResetService } from './password-reset-service.ts';

export interface PasswordResetPagesOptions {
  resets: PasswordResetService;
  throttle: AccountThrottle;
  mailer: Pick<Mailer, 'reachesPeople'>;
  audit: AuditLog;
}

/** Ask for a new password, and choose it. */
export function passwordResetPages(options: PasswordResetPagesOptions): Route[] {
  const { resets, throttle, mailer, audit } = options;

  async function ask(req: Request, res: Response): Promise<void> {
    try {
      const { email } = parse(emailSchema, req.body);
      await throttle.countReset(email, clientNetwork(req));
      await evenAnswer(send(req, email));
      const notice: LoginNotice = mailer.reachesPeople ? 'reset-asked' : 'reset-kept';
      res.redirect(303, `/login?notice=${notice}`);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      showForgot(req, res, error);
    }
  }

  async function send(req: Request, email: string): Promise<void> {
    const subject = await resets.ask(email);
    const details = subject ? undefined : maskEmail(email);
    await audit.record('password_reset_asked', { ...actSource(req), actor: null, subject, details });
  }

  async function reset(req: Request, res: Response): Promise<void> {
    const secret = String(req.params.token);
    try {
      const { password } = parse(newPasswordSchema, req.body);
      const member = await resets.reset(secret, password);
      await throttle.forgiveAccount(member.email, clientNetwork(req));
      await throttle.forgiveSecondFactor(member.id);
      await audit.record('password_reset', { ...actSource(req), actor: member });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return showReset(req, res, error);
    }
    res.redirect(303, '/login?notice=reset');
  }

  async function showReset(req: Request, res: Response, refusal?: AppError): Promise<void> {
    const { email } = await resets.open(String(req.params.token));
    const page: ResetPasswordPage = {
      email,
      action: req.path,
      form: refusal ? refusedForm(req.body, ['password', 'passwordConfirmation'], [], refusal) : blankForm(),
      passwordMinLength: PASSWORD_MIN_LENGTH,
    };
    res.status(refusal ? refusedStatus(res, refusal) : 200).render('accounts/reset-password', page);
  }

  return [
    {
      method: 'GET',
      path: '/forgot-password',
      access: 'visitor',
      handler: (req, res) => showForgot(req, res),
    },
    { method: 'POST', path: '/forgot-password', access: 'visitor', handler: ask },
    // Also for those who are logged in: the link may be opened in a browser that still is.
    {
      method: 'GET',
      path: '/reset-password/:token',
      access: 'public',
      handler: (req, res) => showReset(req, res),
    },
    { method: 'POST', path: '/reset-password/:token', access: 'public', handler: reset },
  ];
}

function showForgot(req: Request, res: Response, refusal?: AppError): void {
  const page: ForgotPasswordPage = {
    form: refusal ? refusedForm(req.body, ['email'], ['email'], refusal) : blankForm(),
  };
  res.status(refusal ? refusedStatus(res, refusal) : 200).render('accounts/forgot-password', page);
}
