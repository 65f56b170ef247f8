import type { AuditLog } from '../audit/audit-log.ts';
import { actSource } from '../http/act-source.ts';
import { currentMember } from '../http/current-member.ts';
import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import { newTokenSchema } from './account-schemas.ts';
import type { AccountThrottle } from './account-throttle.ts';
import type { TokenService } from './token-service.ts';

export interface AccountApiOptions {
  tokens: TokenService;
  throttle: AccountThrottle;
  audit: AuditLog;
}

/** The account and its API tokens. A token cannot make, list or revoke tokens: that takes a login. */
export function accountApi({ tokens, throttle, audit }: AccountApiOptions): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/me',
      access: 'member',
      handler: (req, res) => {
        const { id, name, email, role, createdAt } = currentMember(req);
        res.json({ id, name, email, role, createdAt });
      },
    },
    {
      method: 'GET',
      path: '/api/v1/tokens',
      access: 'session',
      handler: async (req, res) => {
        res.json({ items: await tokens.list(currentMember(req).id) });
      },
    },
    {
      method: 'POST',
      path: '/api/v1/tokens',
      access: 'session',
      handler: async (req, res) => {
        const wanted = parse(newTokenSchema, req.body);
        const member = currentMember(req);
        await throttle.countToken(member.id);
        const { token, secret } = await tokens.create(member.id, wanted);
        const { id, name, scope, createdAt, expiresAt } = token;
        await audit.record('token_created', { ...actSource(req), details: `${name} (${scope})` });
        res.status(201).json({ id, name, scope, token: secret, createdAt, expiresAt });
      },
    },
    {
      method: 'DELETE',
      path: '/api/v1/tokens/:id',
      access: 'session',
      handler: async (req, res) => {
        const { name } = await tokens.revoke(currentMember(req).id, String(req.params.id));
        await audit.record('token_revoked', { ...actSource(req), details: name });
        res.status(204).end();
      },
    },
  ];
}
