import type { Request, Response } from 'express';
import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../database/cursor.ts';
import { currentMember } from '../http/current-member.ts';
import { flash } from '../http/flash.ts';
import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import type { Photo } from './photo.ts';
import type { PhotoPictures } from './photo-pictures.ts';
import { pictureRoute } from './picture-routes.ts';
import type { TrashPlace } from './trash-place.ts';
import type { TrashService } from './trash-service.ts';
import type { TrashPage } from './trash-view.ts';

export interface TrashPagesOptions {
  trash: TrashService;
  /** Pictures of photos in the trash. */
  pictures: PhotoPictures;
}

const PAGE = 50;

/** Milliseconds since the epoch of the deletion, and the photo's `sequence`. */
const placeSchema = z.tuple([z.int().min(0).max(8.64e15), z.int().min(0)]);

const listSchema: z.ZodType<{ after: TrashPlace | null }> = z
  .object({ cursor: z.string().max(200).optional() })
  .transform(({ cursor }) => {
    if (cursor === undefined) return { after: null };
    const [deletedAt, sequence] = decodeCursor(cursor, placeSchema);
    return { after: { deletedAt: new Date(deletedAt), sequence } };
  });

/** Body of `POST /trash/empty`: the time of the page on which somebody read what would be deleted. */
const emptySchema = z.object({
  shownAt: z.iso.datetime('takes the time of the page').transform((shownAt) => new Date(shownAt)),
});

/** The trash of a member: what it holds, back with it, or away with it for good. */
export function trashPages({ trash, pictures }: TrashPagesOptions): Route[] {
  async function show(req: Request, res: Response): Promise<void> {
    const member = currentMember(req);
    const shownAt = new Date().toISOString();
    const { photos, nextCursor } = await listTrash(req, trash);
    const model: TrashPage = {
      shownAt,
      days: trash.days,
      total: await trash.count(member.id),
      photos: photos.map((photo) => ({
        id: photo.id,
        filename: photo.filename,
        bytes: photo.bytes,
        width: photo.width,
        height: photo.height,
        deletedAt: (photo.deletedAt ?? photo.createdAt).toISOString(),
        endsAt: trash.endOf(photo).toISOString(),
      })),
      nextHref: nextCursor && `/trash?cursor=${nextCursor}`,
    };
    res.render('photos/trash', model);
  }

  async function restore(req: Request, res: Response): Promise<void> {
    const { filename } = await trash.restore(currentMember(req), String(req.params.id));
    flash(req, 'success', `“${filename}” is back among your photos.`);
    res.redirect(303, '/trash');
  }

  async function deleteForGood(req: Request, res: Response): Promise<void> {
    const { filename } = await trash.deleteForGood(currentMember(req), String(req.params.id));
    flash(req, 'success', `“${filename}” and everything found in it were deleted for good.`);
    res.redirect(303, '/trash');
  }

  async function empty(req: Request, res: Response): Promise<void> {
    const { shownAt } = parse(emptySchema, req.body);
    const deleted = await trash.empty(currentMember(req).id, shownAt);
    flash(
      req,
      'success',
      deleted === 1 ? 'One photo was deleted for good.' : `${deleted} photos were deleted for good.`,
    );
    res.redirect(303, '/trash');
  }

  return [
    { method: 'GET', path: '/trash', access: 'member', handler: show },
    { method: 'POST', path: '/trash/empty', access: 'member', handler: empty },
    { method: 'POST', path: '/trash/:id/restore', access: 'member', handler: restore },
    { method: 'POST', path: '/trash/:id/delete', access: 'member', handler: deleteForGood },
    {
      ...pictureRoute('/trash/:id/thumbnail', (viewer, id) => pictures.thumbnail(viewer, id)),
      access: 'member',
    },
  ];
}

/** The page of the caller's trash that a request asks for, and where the next one begins. */
export async function listTrash(
  req: Request,
  trash: TrashService,
): Promise<{ photos: Photo[]; nextCursor: string | null }> {
  const { after } = parse(listSchema, req.query);
  // One more than shown tells whether there is a next page.
  const found = await trash.list(currentMember(req).id, after, PAGE + 1);
  const photos = found.slice(0, PAGE);
  const last = photos.at(-1);
  const nextCursor =
    found.length > PAGE && last?.deletedAt ? encodeCursor([last.deletedAt.getTime(), last.sequence]) : null;
  return { photos, nextCursor };
}
