import { currentMember } from '../http/current-member.ts';
import type { Route } from '../http/route.ts';
import { photoJson } from './photo-json.ts';
import { listTrash } from './trash-pages.ts';
import type { TrashService } from './trash-service.ts';

/** The caller's trash, `/api/v1/trash`. */
export function trashApi({ trash }: { trash: TrashService }): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/trash',
      access: 'member',
      handler: async (req, res) => {
        const { photos, nextCursor } = await listTrash(req, trash);
        const items = photos.map((photo) => ({
          id: photo.id,
          filename: photo.filename,
          bytes: photo.bytes,
          width: photo.width,
          height: photo.height,
          createdAt: photo.createdAt,
          deletedAt: photo.deletedAt,
          deletedForGoodAt: trash.endOf(photo),
        }));
        res.json({ items, nextCursor });
      },
    },
    {
      method: 'DELETE',
      path: '/api/v1/trash',
      access: 'member',
      handler: async (req, res) => {
        res.json({ deleted: await trash.empty(currentMember(req).id, new Date()) });
      },
    },
    {
      method: 'POST',
      path: '/api/v1/trash/:id/restore',
      access: 'member',
      handler: async (req, res) => {
        res.json(photoJson(await trash.restore(currentMember(req), String(req.params.id))));
      },
    },
    {
      method: 'DELETE',
      path: '/api/v1/trash/:id',
      access: 'member',
      handler: async (req, res) => {
        await trash.deleteForGood(currentMember(req), String(req.params.id));
        res.status(204).end();
      },
    },
  ];
}
