import type { Request } from 'express';
import type { AuditLog } from '../audit/audit-log.ts';
import { memberSource } from '../http/act-source.ts';
import type { Reanalysis } from './reanalysis.ts';
import type { ReanalysisService } from './reanalysis-service.ts';
import { choiceInWords } from './reanalysis-view.ts';

interface Parts {
  reanalyses: ReanalysisService;
  audit: AuditLog;
}

/** Starts what a request asks for, and notes it: a run over named photos, or over those of a choice. */
export async function startRun(
  req: Request,
  { reanalyses, audit }: Parts,
  { photoIds, choice }: { photoIds: unknown; choice: unknown },
): Promise<Reanalysis> {
  const source = memberSource(req);
  const run =
    photoIds === undefined
      ? await reanalyses.startChosen(source.actor.id, choice)
      : await reanalyses.startNamed(source.actor.id, photoIds);
  const details = run.filter === null ? `photos: ${run.waiting + run.done}` : notedChoice(run.filter);
  await audit.record('reanalysis_started', { ...source, subject: null, details });
  return run;
}

/** The log keeps neither addresses nor what stands in photos. */
function notedChoice(filter: NonNullable<Reanalysis['filter']>): string {
  const { user, text, ...others } = filter;
  return choiceInWords({ ...others, ...(user && { user: '…' }), ...(text && { text: '…' }) });
}

/** Stops the run that a request names, and notes it. */
export async function cancelRun(req: Request, { reanalyses, audit }: Parts): Promise<Reanalysis> {
  const run = await reanalyses.cancel(String(req.params.id));
  const details = `new findings: ${run.done}, failed: ${run.failed}`;
  await audit.record('reanalysis_cancelled', { ...memberSource(req), subject: null, details });
  return run;
}
