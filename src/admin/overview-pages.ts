import type { Request, Response } from 'express';
import type { AuditLog } from '../audit/audit-log.ts';
import { AppError } from '../errors.ts';
import { refusedForm } from '../http/form.ts';
import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import type { OverviewPage } from './admin-view.ts';
import { auditLine } from './audit-line.ts';
import { statisticsSchema } from './statistics-schemas.ts';
import type { StatisticsService } from './statistics-service.ts';
import { type StatisticsView, statisticsView } from './statistics-view.ts';

export interface OverviewPagesOptions {
  audit: AuditLog;
  statistics: StatisticsService;
}

const RECENT = 10;
const FIELDS = ['from', 'to', 'precision'] as const;

/** What an admin sees first: how much there is, how it grew, how quick and right it was, and what happened last. */
export function overviewPages({ audit, statistics }: OverviewPagesOptions): Route[] {
  /** The statistics that are asked for; where the question is refused those of the last days, and why. */
  async function asked(req: Request, res: Response): Promise<StatisticsView> {
    try {
      const { range, target } = parse(statisticsSchema, req.query);
      return statisticsView(await statistics.of(range, target));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const { values, errors, message } = refusedForm(req.query, FIELDS, FIELDS, error);
      if (message !== null) throw error;
      res.status(400);
      const { range, target } = parse(statisticsSchema, {});
      return statisticsView(await statistics.of(range, target), errors, values);
    }
  }

  return [
    {
      method: 'GET',
      path: '/admin',
      access: 'admin-session',
      handler: async (req, res) => {
        const [view, recent] = await Promise.all([asked(req, res), audit.list({}, null, RECENT)]);
        const page: OverviewPage = { ...view, recent: recent.map(auditLine) };
        res.render('admin/overview', page);
      },
    },
  ];
}
