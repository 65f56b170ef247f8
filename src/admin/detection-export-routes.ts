import type { Request, Response } from 'express';
import type { AuditLog } from '../audit/audit-log.ts';
import { actSource } from '../http/act-source.ts';
import { sendText } from '../http/send-text.ts';
import {
  type DetectionExport,
  type DetectionSource,
  EXPORT_MEDIA_TYPES,
  exportText,
} from './detection-export.ts';
import type { DetectionQuery, ExportFormat } from './detection-schemas.ts';

export interface DetectionExportOptions extends Pick<DetectionExport, 'labels' | 'baseUrl'> {
  history: DetectionSource;
  audit: AuditLog;
}

const FILE_ENDINGS: Readonly<Record<ExportFormat, string>> = {
  csv: '.csv',
  ndjson: '.ndjson',
  coco: '-coco.json',
};
const NAMES: Readonly<Record<ExportFormat, string>> = { csv: 'CSV', ndjson: 'NDJSON', coco: 'COCO' };

/** Sends all that a query finds as a file, and puts that down in the audit log. */
export async function sendExport(
  req: Request,
  res: Response,
  format: ExportFormat,
  { filter, page }: DetectionQuery,
  { history, audit, labels, baseUrl }: DetectionExportOptions,
): Promise<void> {
  // What is looked for may name people; by what is enough.
  const asked = Object.entries(filter).filter(([, value]) => value !== undefined);
  const details = asked.length > 0 ? `by ${asked.map(([name]) => name).join(', ')}` : 'all';
  await audit.record('detections_exported', {
    ...actSource(req),
    subject: null,
    details: `${NAMES[format]}, ${details}`,
  });
  res.attachment(`detectx-detections-${new Date().toISOString().slice(0, 10)}${FILE_ENDINGS[format]}`);
  res.set({ 'Content-Type': EXPORT_MEDIA_TYPES[format], 'Cache-Control': 'no-store' });
  await sendText(res, exportText(format, history, { filter, sort: page.sort, labels, baseUrl }));
}
