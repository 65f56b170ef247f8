import type { Request, Response } from 'express';
import { AppError } from '../errors.ts';
import { currentMember } from '../http/current-member.ts';
import { flash } from '../http/flash.ts';
import { refusedForm, refusedStatus } from '../http/form.ts';
import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import type { PhotoService } from './photo-service.ts';
import { newSearchSchema, searchNameSchema } from './saved-search-schemas.ts';
import type { SavedSearchService } from './saved-search-service.ts';
import type { SearchesPage } from './saved-search-view.ts';

export interface SavedSearchOptions {
  searches: SavedSearchService;
  photos: PhotoService;
  /** Names that detections can have. */
  labels: readonly string[];
}

/** The searches that a member keeps. */
export function savedSearchPages({ searches, photos, labels }: SavedSearchOptions): Route[] {
  async function show(
    req: Request,
    res: Response,
    { refusal, ...given }: Partial<SearchesPage> & { refusal?: AppError } = {},
  ): Promise<void> {
    const kept = await searches.list(currentMember(req).id);
    const page: SearchesPage = { searches: kept, refused: null, unsaved: null, ...given };
    res.status(refusal ? refusedStatus(res, refusal) : 200).render('photos/searches', page);
  }

  async function save(req: Request, res: Response): Promise<void> {
    const { id } = currentMember(req);
    const known = await photos.knownLabels(id, labels);
    try {
      const { name, href } = await searches.save(id, parse(newSearchSchema(known), req.body));
      flash(req, 'success', `The search “${name}” is kept.`);
      res.redirect(303, href);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const fields = ['name', 'query', 'sort'] as const;
      await show(req, res, { refusal: error, unsaved: refusedForm(req.body, fields, fields, error) });
    }
  }

  async function rename(req: Request, res: Response): Promise<void> {
    const id = String(req.params.id);
    const member = currentMember(req);
    await searches.get(member.id, id);
    try {
      await searches.rename(member.id, id, parse(searchNameSchema, req.body).name);
      flash(req, 'success', 'The search has its new name.');
      res.redirect(303, '/searches');
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const form = refusedForm(req.body, ['name'], ['name'], error);
      await show(req, res, { refusal: error, refused: { id, form } });
    }
  }

  async function remove(req: Request, res: Response): Promise<void> {
    const { name } = await searches.remove(currentMember(req).id, String(req.params.id));
    flash(req, 'success', `The search “${name}” is deleted. The photos that it found are still here.`);
    res.redirect(303, '/searches');
  }

  return [
    { method: 'GET', path: '/searches', access: 'member', handler: (req, res) => show(req, res) },
    { method: 'POST', path: '/searches', access: 'member', handler: save },
    { method: 'POST', path: '/searches/:id', access: 'member', handler: rename },
    { method: 'POST', path: '/searches/:id/delete', access: 'member', handler: remove },
  ];
}
