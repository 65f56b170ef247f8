import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import { inboxEntryJson } from './feedback-json.ts';
import { inboxSchema, messageId, stateSchema } from './inbox-schemas.ts';
import type { InboxService } from './inbox-service.ts';

/** The inbox of admins, `/api/v1/admin/feedback`. Reading a message here leaves it new: a program is no reader. */
export function inboxApi({ inbox }: { inbox: InboxService }): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/admin/feedback',
      access: 'admin',
      handler: async (req, res) => {
        const { filter, page } = parse(inboxSchema, req.query);
        const { entries, older } = await inbox.page(filter, page);
        res.json({ items: entries.map(inboxEntryJson), nextCursor: older });
      },
    },
    {
      method: 'GET',
      path: '/api/v1/admin/feedback/:id',
      access: 'admin',
      handler: async (req, res) => {
        res.json(inboxEntryJson(await inbox.get(messageId(req.params.id))));
      },
    },
    {
      method: 'PATCH',
      path: '/api/v1/admin/feedback/:id',
      access: 'admin',
      handler: async (req, res) => {
        const id = messageId(req.params.id);
        const { state } = parse(stateSchema, req.body);
        res.json(inboxEntryJson(await inbox.mark(id, state)));
      },
    },
  ];
}
