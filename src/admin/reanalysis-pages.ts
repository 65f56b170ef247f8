import type { Request, Response } from 'express';
import type { AuditLog } from '../audit/audit-log.ts';
import { AppError } from '../errors.ts';
import { flash } from '../http/flash.ts';
import { refusedForm, refusedStatus } from '../http/form.ts';
import type { Route } from '../http/route.ts';
import { cancelRun, startRun } from './reanalysis-routes.ts';
import { CHOICE_FIELDS, sentChoice } from './reanalysis-schemas.ts';
import type { ReanalysisService } from './reanalysis-service.ts';
import { type ReanalysisPage, reanalysisLine } from './reanalysis-view.ts';

export interface ReanalysisPagesOptions {
  reanalyses: ReanalysisService;
  audit: AuditLog;
  /** Names that detections can have. */
  labels: readonly string[];
}

/** Photos that are analysed again with the models of today: what is in work, and the form that starts it. */
export function reanalysisPages({ reanalyses, audit, labels }: ReanalysisPagesOptions): Route[] {
  /** A query fills the form: so the history of detections passes on what it is filtered by. */
  async function show(req: Request, res: Response, refusal?: AppError): Promise<void> {
    const [newest, ...others] = await reanalyses.list();
    const isInForce = newest !== undefined && newest.endedAt === null;
    const page: ReanalysisPage = {
      current: isInForce ? reanalysisLine(newest) : null,
      earlier: (isInForce || newest === undefined ? others : [newest, ...others]).map(reanalysisLine),
      failures: newest && newest.failed > 0 ? await reanalyses.failures(newest) : [],
      form: refusal
        ? refusedForm(req.body, CHOICE_FIELDS, CHOICE_FIELDS, refusal)
        : { values: sentChoice(req.query), errors: {}, message: null },
      labels,
    };
    res.status(refusal ? refusedStatus(res, refusal) : 200).render('admin/reanalysis', page);
  }

  async function start(req: Request, res: Response): Promise<void> {
    try {
      // Where photos are to be named and none is, not all are meant.
      const photoIds = req.body?.photoId ?? (req.body?.named === undefined ? undefined : []);
      await startRun(req, { reanalyses, audit }, { photoIds, choice: req.body });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return show(req, res, error);
    }
    res.redirect(303, '/admin/reanalysis');
  }

  async function cancel(req: Request, res: Response): Promise<void> {
    await cancelRun(req, { reanalyses, audit });
    flash(req, 'success', 'No further photos are analysed again. What is new already stays.');
    res.redirect(303, '/admin/reanalysis');
  }

  const access = 'admin-session';
  return [
    { method: 'GET', path: '/admin/reanalysis', access, handler: (req, res) => show(req, res) },
    { method: 'POST', path: '/admin/reanalysis', access, handler: start },
    { method: 'POST', path: '/admin/reanalysis/:id/cancel', access, handler: cancel },
  ];
}
