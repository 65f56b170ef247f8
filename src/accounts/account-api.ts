import { currentMember } from '../http/current-member.ts';
import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import { newTokenSchema } from './account-schemas.ts';
import type { TokenService } from './token-service.ts';

/** The account and its API tokens. A token cannot make, list or revoke tokens: that takes a login. */
export function accountApi({ tokens }: { tokens: TokenService }): Route[] {
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
        const { token, secret } = await tokens.create(currentMember(req).id, wanted);
        const { id, name, createdAt, expiresAt } = token;
        res.status(201).json({ id, name, token: secret, createdAt, expiresAt });
      },
    },
    {
      method: 'DELETE',
      path: '/api/v1/tokens/:id',
      access: 'session',
      handler: async (req, res) => {
        await tokens.revoke(currentMember(req).id, String(req.params.id));
        res.status(204).end();
      },
    },
  ];
}
