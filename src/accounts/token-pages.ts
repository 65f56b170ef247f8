import type { Request, Response } from 'express';
import { z } from 'zod';
import type { AuditLog } from '../audit/audit-log.ts';
import { AppError } from '../errors.ts';
import { actSource } from '../http/act-source.ts';
import { currentMember } from '../http/current-member.ts';
import { flash } from '../http/flash.ts';
import { refusedForm, refusedStatus } from '../http/form.ts';
import type { Handover } from '../http/handover.ts';
import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import { blankForm } from '../http/view-model.ts';
import { tokenFormSchema } from './account-schemas.ts';
import type { AccountThrottle } from './account-throttle.ts';
import type { TokensPage } from './account-view.ts';
import type { TokenService } from './token-service.ts';

export interface TokenPagesOptions {
  tokens: TokenService;
  throttle: AccountThrottle;
  audit: AuditLog;
  handover: Handover;
}

/** The token that was just made, on its way to the page. */
const CREATED = 'api token';
const createdSchema = z.object({ name: z.string(), secret: z.string() }).nullable();

/** The API tokens of a member. */
export function tokenPages({ tokens, throttle, audit, handover }: TokenPagesOptions): Route[] {
  async function show(req: Request, res: Response, refusal?: AppError): Promise<void> {
    const now = new Date();
    const fields = ['name', 'scope', 'expiresInDays'] as const;
    const page: TokensPage = {
      created: refusal ? null : createdSchema.parse(handover.take(req, CREATED)),
      tokens: (await tokens.list(currentMember(req).id)).map((token) => ({
        ...token,
        createdAt: token.createdAt.toISOString(),
        expiresAt: token.expiresAt?.toISOString() ?? null,
        expired: token.expiresAt !== null && token.expiresAt <= now,
        lastUsedAt: token.lastUsedAt?.toISOString() ?? null,
      })),
      form: refusal
        ? refusedForm(req.body, fields, fields, refusal)
        : blankForm({ scope: 'read', expiresInDays: '90' }),
    };
    res.status(refusal ? refusedStatus(res, refusal) : 200).render('accounts/tokens', page);
  }

  async function create(req: Request, res: Response): Promise<void> {
    const { id } = currentMember(req);
    try {
      const wanted = parse(tokenFormSchema, req.body);
      await throttle.countToken(id);
      const { token, secret } = await tokens.create(id, wanted);
      await audit.record('token_created', { ...actSource(req), details: `${token.name} (${token.scope})` });
      handover.put(req, CREATED, { name: token.name, secret });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return show(req, res, error);
    }
    res.redirect(303, '/account/tokens');
  }

  async function revoke(req: Request, res: Response): Promise<void> {
    const { name } = await tokens.revoke(currentMember(req).id, String(req.params.id));
    await audit.record('token_revoked', { ...actSource(req), details: name });
    flash(req, 'success', `The token ${name} is revoked.`);
    res.redirect(303, '/account/tokens');
  }

  return [
    { method: 'GET', path: '/account/tokens', access: 'session', handler: (req, res) => show(req, res) },
    { method: 'POST', path: '/account/tokens', access: 'session', handler: create },
    { method: 'POST', path: '/account/tokens/:id/revoke', access: 'session', handler: revoke },
  ];
}
