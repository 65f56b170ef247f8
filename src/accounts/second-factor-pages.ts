import type { Request, Response } from 'express';
import { toString as drawQrCode } from 'qrcode';
import type { AuditLog } from '../audit/audit-log.ts';
import { AppError } from '../errors.ts';
import { actSource, memberSource } from '../http/act-source.ts';
import type { Authentication } from '../http/authentication.ts';
import { currentMember } from '../http/current-member.ts';
import { flash } from '../http/flash.ts';
import { refusedForm, refusedStatus } from '../http/form.ts';
import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import { blankForm } from '../http/view-model.ts';
import { codeSchema, currentPasswordSchema } from './account-schemas.ts';
import type { AccountThrottle } from './account-throttle.ts';
import type { RecoveryCodesPage, TwoFactorPage, TwoFactorSetupPage } from './account-view.ts';
import type { PasswordCheck } from './password-check.ts';
import type { SecondFactorService } from './second-factor-service.ts';

export interface SecondFactorPagesOptions {
  secondFactors: SecondFactorService;
  authentication: Authentication;
  throttle: AccountThrottle;
  passwordCheck: PasswordCheck;
  audit: AuditLog;
}

const HOME = '/account/two-factor';
/** Time to set a device up in, after the password; without it the secret is not shown. */
const SET_UP_MS = 10 * 60_000;

/** Two-factor login: on, off, and recovery codes. */
export function secondFactorPages(options: SecondFactorPagesOptions): Route[] {
  const { secondFactors, authentication, throttle, passwordCheck, audit } = options;

  async function show(req: Request, res: Response, refusal?: AppError): Promise<void> {
    const { id } = currentMember(req);
    const page: TwoFactorPage = {
      enabled: await secondFactors.isEnabled(id),
      recoveryCodes: await secondFactors.countRecoveryCodes(id),
      form: refusal ? refusedForm(req.body, ['currentPassword'], [], refusal) : blankForm(),
    };
    res.status(refusal ? refusedStatus(res, refusal) : 200).render('accounts/two-factor', page);
  }

  async function showSetUp(req: Request, res: Response, refusal?: AppError): Promise<void> {
    const { uri, secret } = await secondFactors.setUp(currentMember(req));
    const svg = await drawQrCode(uri, { type: 'svg', margin: 2, errorCorrectionLevel: 'M' });
    const page: TwoFactorSetupPage = {
      qrCode: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`,
      secret: secret.replaceAll(/.{4}(?=.)/g, '$& '),
      form: refusal ? refusedForm(req.body, ['code'], [], refusal) : blankForm(),
    };
    res.status(refusal ? refusedStatus(res, refusal) : 200).render('accounts/two-factor-setup', page);
  }

  /** Behind the password: a stolen session must not be able to lock the owner out. */
  async function setUp(req: Request, res: Response): Promise<void> {
    if (!(await checked(req, res))) return;
    req.session.secondFactorSetUp = Date.now();
    await showSetUp(req, res);
  }

  async function enable(req: Request, res: Response): Promise<void> {
    const member = currentMember(req);
    if (Date.now() - (req.session.secondFactorSetUp ?? 0) > SET_UP_MS) return res.redirect(303, HOME);
    let codes: string[];
    try {
      const { code } = parse(codeSchema, req.body);
      await throttle.countSecondFactor(member.id);
      codes = await secondFactors.enable(member.id, code);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return showSetUp(req, res, error);
    }
    await throttle.forgiveSecondFactor(member.id);
    await authentication.logIn(req, member);
    await audit.record('second_factor_enabled', actSource(req));
    const what = 'Two-factor login was switched on for your DetectX account.';
    passwordCheck.notify(member, 'Two-factor login is on', what);
    showCodes(res, codes);
  }

  async function disable(req: Request, res: Response): Promise<void> {
    if (!(await checked(req, res))) return;
    const member = currentMember(req);
    if (await secondFactors.disable(member.id)) {
      await authentication.logIn(req, member);
      await audit.record('second_factor_disabled', actSource(req));
      const what = 'Two-factor login was switched off for your DetectX account.';
      passwordCheck.notify(member, 'Two-factor login is off', what);
    }
    flash(req, 'success', 'Two-factor login is off.');
    res.redirect(303, HOME);
  }

  async function replaceCodes(req: Request, res: Response): Promise<void> {
    if (!(await checked(req, res))) return;
    const { id } = currentMember(req);
    if (!(await secondFactors.isEnabled(id))) return res.redirect(303, HOME);
    const codes = await secondFactors.replaceRecoveryCodes(id);
    await audit.record('recovery_codes_replaced', actSource(req));
    showCodes(res, codes);
  }

  /** Whether the password was right; answers the request where it was not. */
  async function checked(req: Request, res: Response): Promise<boolean> {
    try {
      const { currentPassword } = parse(currentPasswordSchema, req.body);
      await passwordCheck.demand(memberSource(req), currentPassword);
      return true;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await show(req, res, error);
      return false;
    }
  }

  return [
    { method: 'GET', path: HOME, access: 'session', handler: (req, res) => show(req, res) },
    { method: 'POST', path: `${HOME}/set-up`, access: 'session', handler: setUp },
    { method: 'POST', path: `${HOME}/enable`, access: 'session', handler: enable },
    { method: 'POST', path: `${HOME}/disable`, access: 'session', handler: disable },
    { method: 'POST', path: `${HOME}/recovery-codes`, access: 'session', handler: replaceCodes },
  ];
}

function showCodes(res: Response, codes: readonly string[]): void {
  const page: RecoveryCodesPage = { codes };
  res.render('accounts/recovery-codes', page);
}
