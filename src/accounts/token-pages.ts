import type { Request, Response } from 'express';
import type { AuditLog } from '../audit/audit-log.ts';
import { AppError } from '../errors.ts';
import { actSource } from '../http/act-source.ts';
import { currentMember } from '../http/current-member.ts';
import { flash } from '../http/flash.ts';
import { refusedForm, refusedStatus } from '../http/form.ts';
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
}

/** The API tokens of a member. */
export function tokenPages({ tokens, throttle, audit }: TokenPagesOptions): Route[] {
  async function show(
    req: Request,
    res: Response,
    { created = null, refusal }: { created?: TokensPage['created']; refusal?: AppError } = {},
  ): Promise<void> {
    const now = new Date();
    const fields = ['name', 'scope', 'expiresInDays'] as const;
    const page: TokensPage = {
      created,
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
      // Not after a redirect: the token would have to be kept somewhere until the page is shown.
      await show(req, res, { created: { name: token.name, secret } });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await show(req, res, { refusal: error });
    }
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
