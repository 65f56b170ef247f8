import type { Request, Response } from 'express';
import type { AccountLinks } from '../accounts/account-links.ts';
import { emailSchema } from '../accounts/account-schemas.ts';
import type { RegistrationService } from '../accounts/registration-service.ts';
import { type AuditLog, maskEmail } from '../audit/audit-log.ts';
import { AppError } from '../errors.ts';
import { actSource } from '../http/act-source.ts';
import { currentMember } from '../http/current-member.ts';
import { flash } from '../http/flash.ts';
import { refusedForm, refusedStatus } from '../http/form.ts';
import { hrefWith } from '../http/page-links.ts';
import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import { blankForm } from '../http/view-model.ts';
import type { Mailer } from '../mail/mailer.ts';
import { directorySchema } from './admin-schemas.ts';
import type { UsersPage } from './admin-view.ts';
import { DIRECTORY_SORTS, type MemberDirectory } from './member-directory-read-model.ts';
import { userLine } from './user-line.ts';

export interface UserListPagesOptions {
  directory: MemberDirectory;
  registrations: RegistrationService;
  links: AccountLinks;
  mailer: Mailer;
  audit: AuditLog;
}

const PAGE = 50;

/** The accounts of everybody, to be found, and those who are invited. */
export function userListPages(options: UserListPagesOptions): Route[] {
  const { directory, registrations, links, mailer, audit } = options;

  async function list(req: Request, res: Response, refusal?: AppError): Promise<void> {
    const { q, role, state, sort, cursor } = parse(directorySchema, req.query);
    const filter = { query: q, role, suspended: state && state === 'suspended' };
    const [{ entries, nextCursor }, total, invitations] = await Promise.all([
      directory.list(filter, sort, cursor, PAGE),
      directory.count(filter),
      links.list('invitation'),
    ]);
    const page: UsersPage = {
      users: entries.map(userLine),
      total,
      filter: { q: q ?? '', role: role ?? '', state: state ?? '', sort },
      sorts: Object.entries(DIRECTORY_SORTS).map(([value, { label }]) => ({ value, label })),
      nextHref: nextCursor && hrefWith(req, { cursor: nextCursor }),
      firstHref: cursor && hrefWith(req, { cursor: null }),
      invitation: refusal ? refusedForm(req.body, ['email'], ['email'], refusal) : blankForm(),
      invitations: invitations.map(({ id, email, expiresAt }) => ({
        id,
        email,
        expiresAt: expiresAt.toISOString(),
      })),
    };
    res.status(refusal ? refusedStatus(res, refusal) : 200).render('admin/users', page);
  }

  async function invite(req: Request, res: Response): Promise<void> {
    try {
      const { email } = parse(emailSchema, req.body);
      await registrations.invite(email, currentMember(req));
      await audit.record('invited', { ...actSource(req), subject: null, details: maskEmail(email) });
      flash(req, 'success', mailer.whereabouts('An invitation', email));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return list(req, res, error);
    }
    res.redirect(303, '/admin/users');
  }

  async function withdraw(req: Request, res: Response): Promise<void> {
    const { email } = await links.withdraw('invitation', String(req.params.id));
    await audit.record('invitation_withdrawn', {
      ...actSource(req),
      subject: null,
      details: maskEmail(email),
    });
    flash(req, 'success', 'The invitation is taken back.');
    res.redirect(303, '/admin/users');
  }

  return [
    { method: 'GET', path: '/admin/users', access: 'admin-session', handler: (req, res) => list(req, res) },
    { method: 'POST', path: '/admin/users', access: 'admin-session', handler: invite },
    {
      method: 'POST',
      path: '/admin/users/invitations/:id/withdraw',
      access: 'admin-session',
      handler: withdraw,
    },
  ];
}
