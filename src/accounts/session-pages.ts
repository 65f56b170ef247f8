import type { Request, Response } from 'express';
import type { AuditLog } from '../audit/audit-log.ts';
import { actSource } from '../http/act-source.ts';
import { currentMember } from '../http/current-member.ts';
import { flash } from '../http/flash.ts';
import type { Route } from '../http/route.ts';
import type { SessionsPage } from './account-view.ts';
import type { SessionService } from './session-service.ts';

/** The sessions of a member: which there are, and an end to them. */
export function sessionPages({ sessions, audit }: { sessions: SessionService; audit: AuditLog }): Route[] {
  async function show(req: Request, res: Response): Promise<void> {
    const listed = await sessions.list(currentMember(req).id, req.sessionID);
    const page: SessionsPage = {
      sessions: listed.map((session) => ({
        ...session,
        startedAt: session.startedAt.toISOString(),
        lastSeenAt: session.lastSeenAt.toISOString(),
      })),
    };
    res.render('accounts/sessions', page);
  }

  async function revoke(req: Request, res: Response): Promise<void> {
    const { device } = await sessions.revoke(currentMember(req).id, String(req.params.id));
    await audit.record('session_revoked', { ...actSource(req), details: device });
    flash(req, 'success', `The session on ${device} has ended.`);
    res.redirect(303, '/account/sessions');
  }

  async function revokeOthers(req: Request, res: Response): Promise<void> {
    const ended = await sessions.revokeAll(currentMember(req).id, req.sessionID);
    await audit.record('sessions_revoked', { ...actSource(req), details: `${ended}` });
    flash(
      req,
      'success',
      ended === 1 ? 'One other session has ended.' : `${ended} other sessions have ended.`,
    );
    res.redirect(303, '/account/sessions');
  }

  return [
    { method: 'GET', path: '/account/sessions', access: 'session', handler: show },
    { method: 'POST', path: '/account/sessions/revoke-others', access: 'session', handler: revokeOthers },
    { method: 'POST', path: '/account/sessions/:id/revoke', access: 'session', handler: revoke },
  ];
}
