import type { Request, Response } from 'express';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { currentMember } from '../http/current-member.ts';
import { flash } from '../http/flash.ts';
import { safeReturnPath } from '../http/return-path.ts';
import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import type { PhotoService } from './photo-service.ts';

/** Photos that are chosen at once. */
export const MOST_CHOSEN = 500;

/** The chosen photos of a form: its field `id`, once or several times. */
const selectionSchema = z.object({
  id: z
    .preprocess((given) => (given === undefined ? [] : [given].flat()), z.array(z.string().max(36)))
    .transform((ids) => [...new Set(ids)]),
});

/** What is done with several photos at once. */
export function selectionPages({ photos }: { photos: PhotoService }): Route[] {
  async function remove(req: Request, res: Response): Promise<void> {
    const member = currentMember(req);
    const { id: ids } = parse(selectionSchema, req.body);
    if (ids.length > MOST_CHOSEN) {
      flash(
        req,
        'error',
        `${ids.length} photos were chosen, and none was moved: at most ${MOST_CHOSEN} go at once.`,
      );
      return res.redirect(303, backTo(req));
    }
    let removed = 0;
    for (const id of ids) if (await removeOwn(photos, member, id)) removed++;
    const missing = ids.length - removed;
    if (ids.length === 0) flash(req, 'info', 'No photo was chosen.');
    if (removed > 0) {
      const which = removed === 1 ? '1 photo was' : `${removed} photos were`;
      flash(req, 'success', `${which} moved to the trash.`);
    }
    if (missing > 0) {
      flash(req, 'info', `${missing === 1 ? '1 of them was' : `${missing} of them were`} gone already.`);
    }
    res.redirect(303, backTo(req));
  }

  return [{ method: 'POST', path: '/photos/delete', access: 'member', handler: remove }];
}

/** Removes a photo of the member's own; `false` when there is none, also when it is somebody else's. */
async function removeOwn(
  photos: PhotoService,
  member: ReturnType<typeof currentMember>,
  id: string,
): Promise<boolean> {
  try {
    const photo = await photos.get(member, id);
    if (photo.memberId !== member.id) return false;
    await photos.remove(member, id);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return false;
    throw error;
  }
}

/** The page of the gallery that the photos were chosen on. */
function backTo(req: Request): string {
  const path = safeReturnPath(req.body?.return);
  return path !== null && /^\/photos(\?|$)/.test(path) ? path : '/photos';
}
