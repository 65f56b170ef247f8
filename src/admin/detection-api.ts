import type { Request, Response } from 'express';
import { encodeCursor } from '../database/cursor.ts';
import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import { type DetectionExportOptions, sendExport } from './detection-export-routes.ts';
import type { DetectionFilter, DetectionPageRequest, DetectionSlice } from './detection-history.ts';
import { detectionEntryJson } from './detection-json.ts';
import { detectionQuerySchema, type ExportFormat } from './detection-schemas.ts';

export interface DetectionApiOptions extends DetectionExportOptions {
  history: DetectionExportOptions['history'] & {
    list(filter: DetectionFilter, page: DetectionPageRequest): Promise<DetectionSlice>;
  };
}

const BY_MEDIA_TYPE: Readonly<Record<string, ExportFormat>> = {
  'text/csv': 'csv',
  'application/x-ndjson': 'ndjson',
};

/** The detections of everybody, `/api/v1/admin/detections`: page by page, or all of them. */
export function detectionApi(options: DetectionApiOptions): Route[] {
  const schema = detectionQuerySchema(options.labels.map(({ name }) => name));

  async function list(req: Request, res: Response): Promise<void> {
    const query = parse(schema, req.query);
    res.vary('Accept');
    const format = query.format ?? acceptedFormat(req);
    if (format !== null) return sendExport(req, res, format, query, options);
    const { entries, next } = await options.history.list(query.filter, query.page);
    res.json({ items: entries.map(detectionEntryJson), nextCursor: next && encodeCursor(next) });
  }

  return [{ method: 'GET', path: '/api/v1/admin/detections', access: 'admin', handler: list }];
}

/** The format that the caller would rather have than a page; null for a page. */
function acceptedFormat(req: Request): ExportFormat | null {
  const accepted = req.accepts(['application/json', ...Object.keys(BY_MEDIA_TYPE)]);
  return (accepted && BY_MEDIA_TYPE[accepted]) || null;
}
