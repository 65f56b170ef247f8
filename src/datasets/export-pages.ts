import type { Request, RequestHandler, Response } from 'express';
import { AppError } from '../errors.ts';
import { currentMember } from '../http/current-member.ts';
import { ERROR_STATUS } from '../http/error-status.ts';
import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import type { PhotoService } from '../photos/photo-service.ts';
import { TRUTHS } from './dataset.ts';
import { FORMATS } from './dataset-format.ts';
import { IMPORT_LIMITS } from './dataset-importer.ts';
import { selectionSchema } from './dataset-schemas.ts';
import { choosableLabels, type ExportOptions, sendDataset, sendOriginals } from './export-routes.ts';
import { choiceOf, type ExportPage } from './export-view.ts';

const MB = 1024 * 1024;
const NOTHING = { count: 0, exact: true };

export interface ExportPagesOptions extends ExportOptions {
  photos: Pick<PhotoService, 'count' | 'knownLabels' | 'ownIds'>;
}

/** Where a member chooses in which form photos are taken away. */
export function exportPages(options: ExportPagesOptions): Route[] {
  async function render(req: Request, res: Response, given: unknown, refusal?: AppError): Promise<void> {
    const { as, format } = { as: undefined, format: undefined, ...(given as object) };
    const page: ExportPage = {
      ...choiceOf(given),
      total: NOTHING,
      formatName: FORMATS.find((known) => known === format) ?? 'coco',
      as: TRUTHS.find((known) => known === as) ?? 'corrected',
      importLimits: { maxPhotos: IMPORT_LIMITS.maxPhotos, maxMb: IMPORT_LIMITS.maxBytes / MB },
      message: refusal ? messageOf(refusal) : null,
    };
    try {
      const { ids, filter } = parse(selectionSchema(await choosableLabels(req, options)), given);
      if (ids === null) page.total = await options.photos.count(currentMember(req).id, filter);
      else {
        const there = await options.photos.ownIds(currentMember(req).id, ids);
        const missing = new Set(ids).size - there.length;
        page.total = { count: there.length, exact: true };
        page.chosen = choiceOf({ id: there, chosen: '1' }).chosen;
        if (missing > 0 && (refusal === undefined || refusal.code === 'not_found'))
          page.message = missingOf(missing, there.length);
        if (there.length === 0) res.status(404);
      }
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      page.message = messageOf(error);
      res.status(400);
    }
    if (refusal) res.status(ERROR_STATUS[refusal.code].status);
    if (refusal?.retryAfterSeconds !== undefined) res.set('Retry-After', String(refusal.retryAfterSeconds));
    res.render('datasets/export', page);
  }

  /** What is refused before anything is sent comes back as the form. */
  function orForm(send: (req: Request, res: Response) => Promise<void>): RequestHandler {
    return async (req, res) => {
      try {
        await send(req, res);
      } catch (error) {
        if (!(error instanceof AppError) || res.headersSent) throw error;
        await render(req, res, req.body, error);
      }
    };
  }

  return [
    {
      method: 'GET',
      path: '/photos/export',
      access: 'member',
      handler: (req, res) => render(req, res, req.query),
    },
    {
      method: 'POST',
      path: '/photos/export',
      access: 'member',
      changesNothing: true,
      handler: orForm((req, res) => sendDataset(req, res, options)),
    },
    {
      method: 'POST',
      path: '/photos/download',
      access: 'member',
      changesNothing: true,
      handler: orForm((req, res) => sendOriginals(req, res, options)),
    },
  ];
}

function missingOf(missing: number, there: number): string {
  if (there === 0) return 'The photos that you have chosen are not here, or no longer.';
  return missing === 1
    ? 'One of the photos that you have chosen is not here, or no longer. The others can be exported.'
    : `${missing} of the photos that you have chosen are not here, or no longer. The others can be exported.`;
}

function messageOf({ message, fields }: AppError): string {
  if (fields.length === 0) return message;
  const whole = /^[A-Z“]/;
  return fields.map(({ path, message }) => (whole.test(message) ? message : `${path} ${message}.`)).join(' ');
}
