import type { Request, Response } from 'express';
import { toString as drawQrCode } from 'qrcode';
import { z } from 'zod';
import type { AuditLog } from '../audit/audit-log.ts';
import { AppError } from '../errors.ts';
import { actSource, memberSource } from '../http/act-source.ts';
import { currentMember } from '../http/current-member.ts';
import { flash } from '../http/flash.ts';
import { refusedForm, refusedStatus } from '../http/form.ts';
import type { Handover } from '../http/handover.ts';
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
  handover: Handover;
  throttle: AccountThrottle;
  passwordCheck: PasswordCheck;
  audit: AuditLog;
}

const HOME = '/account/two-factor';
const CODES_PAGE = `${HOME}/recovery-codes`;
/** Recovery codes on their way to the page. */
const CODES = 'recovery codes';
/** Time to set a device up in, after the password; without it the secret is not shown. */
const SET_UP_MS = 10 * 60_000;

/** Two-factor login: on, off, and recovery codes. */
export function secondFactorPages(options: SecondFactorPagesOptions): Route[] {
  const { secondFactors, handover, throttle, passwordCheck, audit } = options;

  async function show(
    req: Request,
    res: Response,
    refusal?: AppError,
    refused: 'form' | 'disabling' = 'form',
  ): Promise<void> {
    const { id } = currentMember(req);
    const page: TwoFactorPage = {
      enabled: await secondFactors.isEnabled(id),
      recoveryCodes: await secondFactors.countRecoveryCodes(id),
      form: blankForm(),
      disabling: blankForm(),
      ...(refusal && { [refused]: refusedForm(req.body, ['currentPassword'], [], refusal) }),
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
    // Sent twice, as by a double click: what the first one made is still to be shown.
    if (handover.look(req, CODES) !== null) return res.redirect(303, CODES_PAGE);
    if (Date.now() - (req.session.secondFactorSetUp ?? 0) > SET_UP_MS) return res.redirect(303, HOME);
    try {
      const { code } = parse(codeSchema, req.body);
      await throttle.countSecondFactor(member.id);
      handover.put(req, CODES, await secondFactors.enable(member.id, code));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (await secondFactors.isEnabled(member.id)) return res.redirect(303, HOME);
      return showSetUp(req, res, error);
    }
    delete req.session.secondFactorSetUp;
    await throttle.forgiveSecondFactor(member.id);
    await audit.record('second_factor_enabled', actSource(req));
    const what = 'Two-factor login was switched on for your DetectX account.';
    passwordCheck.notify(member, 'Two-factor login is on', what);
    res.redirect(303, CODES_PAGE);
  }

  async function disable(req: Request, res: Response): Promise<void> {
    if (!(await checked(req, res, 'disabling'))) return;
    const member = currentMember(req);
    if (await secondFactors.disable(member.id)) {
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
    handover.put(req, CODES, await secondFactors.replaceRecoveryCodes(id));
    await audit.record('recovery_codes_replaced', actSource(req));
    res.redirect(303, CODES_PAGE);
  }

  /** Until the member says that they are kept: they are shown at no other time. */
  function showCodes(req: Request, res: Response): void {
    const codes = z.array(z.string()).nullable().parse(handover.look(req, CODES));
    if (codes === null) {
      res.redirect(303, HOME);
      return;
    }
    const page: RecoveryCodesPage = { codes };
    res.render('accounts/recovery-codes', page);
  }

  function forgetCodes(req: Request, res: Response): void {
    handover.take(req, CODES);
    res.redirect(303, HOME);
  }

  /** Whether the password was right; answers the request where it was not. */
  async function checked(req: Request, res: Response, form: 'form' | 'disabling' = 'form'): Promise<boolean> {
    try {
      const { currentPassword } = parse(currentPasswordSchema, req.body);
      await passwordCheck.demand(memberSource(req), currentPassword);
      return true;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await show(req, res, error, form);
      return false;
    }
  }

  return [
    { method: 'GET', path: HOME, access: 'session', handler: (req, res) => show(req, res) },
    { method: 'POST', path: `${HOME}/set-up`, access: 'session', handler: setUp },
    { method: 'POST', path: `${HOME}/enable`, access: 'session', handler: enable },
    { method: 'POST', path: `${HOME}/disable`, access: 'session', handler: disable },
    { method: 'GET', path: CODES_PAGE, access: 'session', handler: showCodes },
    { method: 'POST', path: CODES_PAGE, access: 'session', handler: replaceCodes },
    { method: 'POST', path: `${CODES_PAGE}/kept`, access: 'session', handler: forgetCodes },
  ];
}
