import type { Request, Response } from 'express';
import { encodeCursor } from '../database/cursor.ts';
import { AppError } from '../errors.ts';
import { refusedForm } from '../http/form.ts';
import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import type { DetectionApiOptions } from './detection-api.ts';
import { sendExport } from './detection-export-routes.ts';
import type { DetectionPlace } from './detection-history.ts';
import { detectionPageSchema } from './detection-schemas.ts';
import {
  chosenColumns,
  DETECTION_COLUMNS,
  type DetectionColumn,
  type DetectionFields,
  type DetectionHistoryPage,
  detectionChips,
  detectionLine,
  detectionsHref,
  reanalysisHref,
  sortHeads,
} from './detection-view.ts';

const FIELDS = [
  ...(['label', 'userId', 'user', 'text', 'from', 'to'] as const),
  ...(['minScore', 'maxScore', 'model', 'sort'] as const),
];

type Found = Pick<DetectionHistoryPage, 'rows' | 'errors' | 'previousHref' | 'nextHref'>;

/** The detections of everybody, to look through and to take away. */
export function detectionPages(options: DetectionApiOptions): Route[] {
  const { history } = options;
  const labels = options.labels.map(({ name }) => name);
  const schema = detectionPageSchema(labels);

  async function show(req: Request, res: Response): Promise<void> {
    const fields = givenFields(req);
    const columns = chosenColumns(req.query.columns);
    try {
      const query = parse(schema, req.query);
      if (query.format !== null) return await sendExport(req, res, query.format, query, options);
      const { entries, previous, next } = await history.list(query.filter, query.page);
      const href = (way: 'cursorBefore' | 'cursor', place: DetectionPlace | null) =>
        place && detectionsHref(fields, columns, { [way]: encodeCursor(place) });
      render(res, fields, columns, {
        rows: entries.map(detectionLine),
        errors: {},
        previousHref: href('cursorBefore', previous),
        nextHref: href('cursor', next),
      });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const { errors, message } = refusedForm(req.query, FIELDS, FIELDS, error);
      if (message !== null) throw error;
      res.status(400);
      render(res, fields, columns, { rows: [], errors, previousHref: null, nextHref: null });
    }
  }

  function render(
    res: Response,
    filter: DetectionFields,
    columns: readonly DetectionColumn[],
    found: Found,
  ): void {
    const page: DetectionHistoryPage = {
      ...found,
      columns: (Object.keys(DETECTION_COLUMNS) as DetectionColumn[]).map((name) => ({
        name,
        title: DETECTION_COLUMNS[name],
        shown: columns.includes(name),
      })),
      filter,
      chips: Object.keys(found.errors).length === 0 ? detectionChips(filter, columns) : [],
      labels,
      sorts: sortHeads(filter, columns),
      exportHrefs: {
        csv: detectionsHref(filter, [], { format: 'csv' }),
        ndjson: detectionsHref(filter, [], { format: 'ndjson' }),
        coco: detectionsHref(filter, [], { format: 'coco' }),
      },
      reanalysisHref: reanalysisHref(filter),
      clearHref: detectionsHref({ ...filter, ...UNFILTERED }, columns),
    };
    res.render('admin/detections', page);
  }

  return [{ method: 'GET', path: '/admin/detections', access: 'admin-session', handler: show }];
}

const UNFILTERED = Object.fromEntries(FIELDS.filter((name) => name !== 'sort').map((name) => [name, '']));

/** The filters as they stand in the address, right or wrong, for the form to show them. */
function givenFields(req: Request): DetectionFields {
  const given = (name: string) => (typeof req.query[name] === 'string' ? req.query[name] : '');
  return Object.fromEntries(FIELDS.map((name) => [name, given(name)])) as unknown as DetectionFields;
}
