import type { AuditLog } from '../audit/audit-log.ts';
import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import type { Reanalysis } from './reanalysis.ts';
import { cancelRun, startRun } from './reanalysis-routes.ts';
import { reanalysisCallSchema } from './reanalysis-schemas.ts';
import type { ReanalysisService } from './reanalysis-service.ts';

export interface ReanalysisApiOptions {
  reanalyses: ReanalysisService;
  audit: AuditLog;
}

const PATH = '/api/v1/admin/reanalysis';

/** Photos that are analysed again with the models of today, `/api/v1/admin/reanalysis`. */
export function reanalysisApi({ reanalyses, audit }: ReanalysisApiOptions): Route[] {
  return [
    {
      method: 'POST',
      path: PATH,
      access: 'admin',
      handler: async (req, res) => {
        // Not a body without a byte: what is sent by mistake must not stand for all photos.
        const sent = req.get('content-length') === '0' ? undefined : req.body;
        const { photoIds, ...choice } = parse(reanalysisCallSchema, sent);
        const run = await startRun(req, { reanalyses, audit }, { photoIds, choice });
        res.status(202).location(`${PATH}/${run.id}`).json(reanalysisJson(run));
      },
    },
    {
      method: 'GET',
      path: PATH,
      access: 'admin',
      handler: async (_req, res) => {
        res.json({ items: (await reanalyses.list()).map(reanalysisJson) });
      },
    },
    {
      method: 'GET',
      path: `${PATH}/:id`,
      access: 'admin',
      handler: async (req, res) => {
        const run = await reanalyses.get(String(req.params.id));
        res.json({ ...reanalysisJson(run), failures: await reanalyses.failures(run) });
      },
    },
    {
      method: 'POST',
      path: `${PATH}/:id/cancel`,
      access: 'admin',
      handler: async (req, res) => {
        res.json(reanalysisJson(await cancelRun(req, { reanalyses, audit })));
      },
    },
  ];
}

function reanalysisJson(run: Reanalysis): object {
  return {
    id: run.id,
    state: run.state,
    filter: run.filter,
    startedBy: run.startedBy,
    startedAt: run.startedAt.toISOString(),
    endedAt: run.endedAt?.toISOString() ?? null,
    done: run.done,
    waiting: run.waiting,
    failed: run.failed,
  };
}
