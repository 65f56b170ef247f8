import type { RequestHandler, Response } from 'express';
import { MOST_DETECTIONS } from '../corrections/correction-limits.ts';
import { AppError, type ErrorCode } from '../errors.ts';
import { ERROR_STATUS } from '../http/error-status.ts';
import type { Route } from '../http/route.ts';
import { IMPORT_LIMITS } from './dataset-importer.ts';
import type { ImportApiOptions } from './import-api.ts';
import { importUploaded } from './import-routes.ts';
import { type ImportPage, importOutcome } from './import-view.ts';

const MB = 1024 * 1024;

/** What the form tells of an archive before it is here. */
const TOLD_BY_FORM: readonly ErrorCode[] = ['invalid_input', 'upload_too_large', 'conflict', 'overloaded'];

/** Where a data set is taken in, and what became of it is told. */
export function importPages({ upload }: ImportApiOptions): Route[] {
  function render(res: Response, page: Partial<ImportPage> = {}): void {
    const { maxBytes, maxPhotos } = IMPORT_LIMITS;
    const limits = { maxMb: maxBytes / MB, maxPhotos, maxOfPhoto: MOST_DETECTIONS };
    const model: ImportPage = { ...limits, outcome: null, message: null, ...page };
    res.render('datasets/import', model);
  }

  function refuse(res: Response, refusal: AppError): void {
    if (refusal.retryAfterSeconds !== undefined) res.set('Retry-After', String(refusal.retryAfterSeconds));
    render(res.status(ERROR_STATUS[refusal.code].status), { message: refusal.message });
  }

  const receive: RequestHandler = (req, res, next) => {
    upload.toDisk(req, res, (error: unknown) => {
      if (error instanceof AppError && TOLD_BY_FORM.includes(error.code)) refuse(res, error);
      else next(error);
    });
  };

  const take: RequestHandler = async (req, res) => {
    try {
      render(res, { outcome: importOutcome(await importUploaded(req)) });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      refuse(res, error);
    }
  };

  return [
    { method: 'GET', path: '/photos/import', access: 'member', handler: (_req, res) => render(res) },
    {
      method: 'POST',
      path: '/photos/import',
      access: 'member',
      csrf: 'in-upload',
      handler: [receive, take],
    },
  ];
}
