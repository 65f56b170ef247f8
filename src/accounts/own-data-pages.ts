import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import type { AuditLog } from '../audit/audit-log.ts';
import { AppError } from '../errors.ts';
import { actSource, memberSource } from '../http/act-source.ts';
import type { Authentication } from '../http/authentication.ts';
import { currentMember } from '../http/current-member.ts';
import { refusedForm, refusedStatus } from '../http/form.ts';
import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import { blankForm } from '../http/view-model.ts';
import type { AccountRemoval } from './account-removal.ts';
import { currentPasswordSchema } from './account-schemas.ts';
import type { OwnDataPage } from './account-view.ts';
import type { OwnDataArchive } from './own-data-archive.ts';
import type { PasswordCheck } from './password-check.ts';

export interface OwnDataPagesOptions {
  removal: AccountRemoval;
  ownData: OwnDataArchive;
  authentication: Authentication;
  passwordCheck: PasswordCheck;
  audit: AuditLog;
}

/** All that a member has here: to take away, and to delete. */
export function ownDataPages(options: OwnDataPagesOptions): Route[] {
  const { removal, ownData, authentication, passwordCheck, audit } = options;

  async function show(req: Request, res: Response, refusal?: AppError): Promise<void> {
    const page: OwnDataPage = {
      removed: await removal.inventory(currentMember(req).id),
      form: refusal ? refusedForm(req.body, ['currentPassword'], [], refusal) : blankForm(),
    };
    res.status(refusal ? refusedStatus(res, refusal) : 200).render('accounts/own-data', page);
  }

  async function archive(req: Request, res: Response): Promise<void> {
    await audit.record('data_exported', actSource(req));
    const day = new Date().toISOString().slice(0, 10);
    res.attachment(`detectx-${day}.zip`).type('application/zip');
    await pipeline(ownData.open(currentMember(req)), res);
  }

  async function remove(req: Request, res: Response): Promise<void> {
    const member = currentMember(req);
    try {
      const { currentPassword } = parse(currentPasswordSchema, req.body);
      await passwordCheck.demand(memberSource(req), currentPassword);
      await removal.remove(member.id);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return show(req, res, error);
    }
    await audit.record('account_deleted', actSource(req));
    await authentication.logOut(req, res);
    res.redirect(303, '/login?notice=deleted');
  }

  return [
    { method: 'GET', path: '/account/data', access: 'session', handler: (req, res) => show(req, res) },
    { method: 'POST', path: '/account/data/archive', access: 'session', handler: archive },
    { method: 'POST', path: '/account/delete', access: 'session', handler: remove },
  ];
}
