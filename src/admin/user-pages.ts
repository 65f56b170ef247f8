import type { Request, Response } from 'express';
import type { Member } from '../accounts/member.ts';
import type { MemberAdministration } from '../accounts/member-administration.ts';
import type { PasswordCheck } from '../accounts/password-check.ts';
import type { PasswordResetService } from '../accounts/password-reset-service.ts';
import type { QuotaService } from '../accounts/quota-service.ts';
import type { SecondFactorService } from '../accounts/second-factor-service.ts';
import type { SessionService } from '../accounts/session-service.ts';
import type { TokenService } from '../accounts/token-service.ts';
import type { AuditAct } from '../audit/audit-entry.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { AppError } from '../errors.ts';
import { actSource } from '../http/act-source.ts';
import { currentMember } from '../http/current-member.ts';
import { flash } from '../http/flash.ts';
import { refusedForm, refusedStatus } from '../http/form.ts';
import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import { blankForm } from '../http/view-model.ts';
import type { Mailer } from '../mail/mailer.ts';
import { quotaSchema, roleSchema } from './admin-schemas.ts';
import type { UserPage } from './admin-view.ts';
import { auditLine } from './audit-line.ts';
import type { MemberDirectory } from './member-directory-read-model.ts';
import { userLine } from './user-line.ts';

export interface UserPagesOptions {
  directory: MemberDirectory;
  administration: MemberAdministration;
  resets: PasswordResetService;
  sessions: SessionService;
  tokens: TokenService;
  quotas: QuotaService;
  secondFactors: SecondFactorService;
  passwordCheck: PasswordCheck;
  mailer: Mailer;
  audit: AuditLog;
}

const RECENT = 10;
const MB = 1024 * 1024;

/** One account of somebody: suspend it, give it a role and a quota, send a reset, close the ways in. */
export function userPages(options: UserPagesOptions): Route[] {
  const {
    directory,
    administration,
    resets,
    sessions,
    tokens,
    quotas,
    secondFactors,
    passwordCheck,
    mailer,
    audit,
  } = options;

  async function show(
    req: Request,
    res: Response,
    refused: { quota?: UserPage['quota']; message?: string } = {},
    refusal?: AppError,
  ): Promise<void> {
    const entry = await directory.get(String(req.params.id));
    const member = await administration.get(entry.id);
    const [listedSessions, listedTokens, recent] = await Promise.all([
      sessions.list(entry.id, ''),
      tokens.list(entry.id),
      audit.list({ memberId: entry.id }, null, RECENT),
    ]);
    const { photos, bytes } = member.quota;
    const page: UserPage = {
      user: {
        ...userLine(entry),
        suspendedAt: entry.suspendedAt?.toISOString() ?? null,
        sessions: listedSessions.length,
        tokens: listedTokens.length,
      },
      own: entry.id === currentMember(req).id,
      quota:
        refused.quota ??
        blankForm({ photos: photos?.toString() ?? '', megabytes: bytes === null ? '' : String(bytes / MB) }),
      configured: quotas.configured,
      message: refused.message ?? null,
      recent: recent.map(auditLine),
    };
    res.status(refusal ? refusedStatus(res, refusal) : 200).render('admin/user', page);
  }

  /** One thing that is done to an account, and how it is told. */
  function act(
    name: AuditAct,
    done: (member: Member) => string,
    perform: (memberId: string, req: Request) => Promise<Member>,
  ) {
    return async (req: Request, res: Response): Promise<void> => {
      const source = actSource(req);
      try {
        const subject = await perform(String(req.params.id), req);
        const details = name === 'role_changed' ? `to ${String(req.body.role)}` : undefined;
        await audit.record(name, { ...source, subject, details });
        flash(req, 'success', done(subject));
      } catch (error) {
        if (!(error instanceof AppError) || error.code === 'not_found') throw error;
        return show(req, res, { message: error.message }, error);
      }
      res.redirect(303, `/admin/users/${String(req.params.id)}`);
    };
  }

  async function setQuota(req: Request, res: Response): Promise<void> {
    const id = String(req.params.id);
    try {
      const quota = parse(quotaSchema, req.body);
      const subject = await administration.setQuota(id, quota);
      const details = `${quota.photos ?? 'as configured'} photos, ${quota.bytes ?? 'as configured'} bytes`;
      await audit.record('quota_changed', { ...actSource(req), subject, details });
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'not_found') throw error;
      const fields = ['photos', 'megabytes'] as const;
      return show(req, res, { quota: refusedForm(req.body, fields, fields, error) }, error);
    }
    flash(req, 'success', 'The quota is changed.');
    res.redirect(303, `/admin/users/${id}`);
  }

  async function sendReset(memberId: string): Promise<Member> {
    const member = await administration.get(memberId);
    if ((await resets.ask(member.email)) === null) {
      throw new AppError('conflict', 'This account is suspended, and gets in by no password.');
    }
    return member;
  }

  return [
    {
      method: 'GET',
      path: '/admin/users/:id',
      access: 'admin-session',
      handler: (req, res) => show(req, res),
    },
    {
      method: 'POST',
      path: '/admin/users/:id/suspend',
      access: 'admin-session',
      handler: act(
        'suspended',
        ({ name }) => `The account of ${name} is suspended, and its sessions have ended.`,
        (id, req) => {
          if (id !== currentMember(req).id) return administration.suspend(id);
          throw new AppError('conflict', 'You cannot suspend your own account.');
        },
      ),
    },
    {
      method: 'POST',
      path: '/admin/users/:id/reinstate',
      access: 'admin-session',
      handler: act(
        'reinstated',
        ({ name }) => `The account of ${name} is reinstated.`,
        (id) => administration.reinstate(id),
      ),
    },
    {
      method: 'POST',
      path: '/admin/users/:id/end-sessions',
      access: 'admin-session',
      handler: act(
        'member_sessions_revoked',
        ({ name }) => `The sessions of ${name} have ended.`,
        async (id) => {
          const member = await administration.get(id);
          await sessions.revokeAll(id);
          return member;
        },
      ),
    },
    {
      method: 'POST',
      path: '/admin/users/:id/disable-second-factor',
      access: 'admin-session',
      handler: act(
        'second_factor_disabled',
        ({ name }) => `Two-factor login of ${name} is off.`,
        async (id, req) => {
          const member = await administration.get(id);
          if (id === currentMember(req).id) {
            throw new AppError(
              'conflict',
              'Switch your own two-factor login off on the page of your account.',
            );
          }
          if (!(await secondFactors.disable(id))) {
            throw new AppError('conflict', 'Two-factor login of this account is off already.');
          }
          const what = 'An admin has switched two-factor login off for your DetectX account.';
          passwordCheck.notify(member, 'Two-factor login is off', what);
          return member;
        },
      ),
    },
    {
      method: 'POST',
      path: '/admin/users/:id/role',
      access: 'admin-session',
      handler: act(
        'role_changed',
        ({ name }) => `The role of ${name} is changed, and the sessions of the account have ended.`,
        (id, req) => administration.setRole(id, parse(roleSchema, req.body).role),
      ),
    },
    {
      method: 'POST',
      path: '/admin/users/:id/reset',
      access: 'admin-session',
      handler: act(
        'password_reset_asked',
        ({ email }) => mailer.whereabouts('A link to choose a new password', email),
        sendReset,
      ),
    },
    { method: 'POST', path: '/admin/users/:id/quota', access: 'admin-session', handler: setQuota },
  ];
}
