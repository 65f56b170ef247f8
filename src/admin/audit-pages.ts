import { setImmediate } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { AUDIT_ACTS, type AuditEntry, type AuditFilter } from '../audit/audit-entry.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { csvText } from '../csv-text.ts';
import { AppError } from '../errors.ts';
import { refusedForm } from '../http/form.ts';
import { hrefWith } from '../http/page-links.ts';
import type { Route } from '../http/route.ts';
import { sendText } from '../http/send-text.ts';
import { parse } from '../http/validation.ts';
import { auditSchema } from './admin-schemas.ts';
import type { AuditPage } from './admin-view.ts';
import { auditLine, partyName } from './audit-line.ts';

const PAGE = 50;
const EXPORT_PAGE = 1000;
const COLUMNS = ['at', 'act', 'actor', 'subject', 'address', 'details'];
const FIELDS = ['act', 'email', 'from', 'to'] as const;

/** The audit log, to look at and to take away. */
export function auditPages({ audit }: { audit: AuditLog }): Route[] {
  async function show(req: Request, res: Response): Promise<void> {
    try {
      const { filter, olderThan, format } = parse(auditSchema, req.query);
      if (format === 'csv') return await sendCsv(res, filter);
      const found = await audit.list(filter, olderThan, PAGE + 1);
      const last = found[PAGE - 1];
      render(req, res, {
        entries: found.slice(0, PAGE).map(auditLine),
        nextHref: found.length > PAGE && last ? hrefWith(req, { cursor: String(last.id) }) : null,
        firstHref: olderThan === null ? null : hrefWith(req, { cursor: null }),
        errors: {},
      });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const { errors, message } = refusedForm(req.query, FIELDS, FIELDS, error);
      if (message !== null) throw error;
      res.status(400);
      render(req, res, { entries: [], nextHref: null, firstHref: null, errors });
    }
  }

  /** Every entry that the filter finds, read page by page. */
  async function sendCsv(res: Response, filter: AuditFilter): Promise<void> {
    res.attachment(`detectx-audit-${new Date().toISOString().slice(0, 10)}.csv`).type('text/csv');
    await sendText(res, csvPieces(filter));
  }

  async function* csvPieces(filter: AuditFilter): AsyncGenerator<string> {
    yield csvText([COLUMNS]);
    let page: AuditEntry[];
    let olderThan: number | null = null;
    do {
      page = await audit.list(filter, olderThan, EXPORT_PAGE);
      yield csvText(page.map(csvRow));
      olderThan = page.at(-1)?.id ?? null;
      // An embedded database answers on this thread: whoever waits has a turn now.
      await setImmediate();
    } while (page.length === EXPORT_PAGE);
  }

  return [{ method: 'GET', path: '/admin/audit', access: 'admin-session', handler: show }];
}

function csvRow({ at, act, actor, subject, address, details }: AuditEntry): unknown[] {
  return [at.toISOString(), act, partyName(actor), partyName(subject), address, details];
}

function render(
  req: Request,
  res: Response,
  found: Pick<AuditPage, 'entries' | 'nextHref' | 'firstHref' | 'errors'>,
): void {
  const sent = (name: string) => (typeof req.query[name] === 'string' ? req.query[name] : '');
  const page: AuditPage = {
    ...found,
    acts: Object.entries(AUDIT_ACTS).map(([value, label]) => ({ value, label })),
    filter: { act: sent('act'), email: sent('email'), from: sent('from'), to: sent('to') },
    csvHref: hrefWith(req, { format: 'csv', cursor: null }),
  };
  res.render('admin/audit', page);
}
