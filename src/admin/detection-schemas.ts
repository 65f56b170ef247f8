import { z } from 'zod';
import { decodeCursor } from '../database/cursor.ts';
import { unlessEmpty } from '../http/validation.ts';
import { endOf, startOf, time } from '../photos/moment.ts';
import { cursor, pageLength, score, text } from '../photos/photo-schemas.ts';
import { labelNamed, QueryError } from '../photos/search-query.ts';
import { searchTerms } from '../photos/searched-text.ts';
import {
  DETECTION_SORTS,
  type DetectionFilter,
  type DetectionPageRequest,
  type DetectionPlace,
  type DetectionSort,
} from './detection-history.ts';

/** What a whole history can be taken away as. */
export const EXPORT_FORMATS = ['csv', 'ndjson', 'coco'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const SORTS = Object.keys(DETECTION_SORTS) as [DetectionSort, ...DetectionSort[]];
const DEFAULT_PAGE = 50;

/** A detection's `sequence` or its score, and its id. */
const PLACES: Readonly<Record<'time' | 'score', z.ZodType<DetectionPlace>>> = {
  time: z.tuple([z.int().min(0), z.int().min(0)]),
  score: z.tuple([z.number().min(0).max(1), z.int().min(0)]),
};

const fields = z.object({
  label: unlessEmpty(text),
  userId: unlessEmpty(z.uuid('takes the id of an account')),
  user: unlessEmpty(z.string().trim().toLowerCase().max(254, 'takes at most 254 characters')),
  text: unlessEmpty(text.refine((given) => searchTerms(given).length > 0, 'takes a word or more')),
  from: unlessEmpty(time).transform((from) => (from === undefined ? undefined : startOf(from))),
  to: unlessEmpty(time).transform((to) => (to === undefined ? undefined : endOf(to))),
  minScore: unlessEmpty(score),
  maxScore: unlessEmpty(score),
  model: unlessEmpty(z.string().max(40, 'takes at most 40 characters')),
  sort: unlessEmpty(z.enum(SORTS, `takes ${SORTS.join(', ')}`)).transform((given) => given ?? 'newest'),
  limit: unlessEmpty(pageLength.unwrap()).transform((given) => given ?? DEFAULT_PAGE),
  cursor,
  format: unlessEmpty(z.enum(EXPORT_FORMATS, `takes ${EXPORT_FORMATS.join(', ')}`)),
});

/** Which detections, which page of them, and what they are wanted as; null for a page. */
export interface DetectionQuery {
  filter: DetectionFilter;
  page: DetectionPageRequest;
  format: ExportFormat | null;
}

/**
 * Query of `GET /api/v1/admin/detections`; an empty value is a filter that is not set.
 * @param labels Names that the detector gives.
 */
export function detectionQuerySchema(labels: readonly string[]): z.ZodType<DetectionQuery> {
  return fields
    .superRefine(refuseEmptyRanges)
    .transform((query) => detectionQuery(query, labels, query.cursor, false));
}

/** Query of `/admin/detections`: as that of the API, and `cursorBefore` for the page that ends before a detection. */
export function detectionPageSchema(labels: readonly string[]): z.ZodType<DetectionQuery> {
  return fields
    .extend({ cursorBefore: cursor })
    .superRefine(refuseEmptyRanges)
    .transform((query) =>
      detectionQuery(query, labels, query.cursorBefore ?? query.cursor, query.cursorBefore !== undefined),
    );
}

type Fields = z.infer<typeof fields>;

function detectionQuery(
  { label, ...query }: Fields,
  labels: readonly string[],
  place: string | undefined,
  backward: boolean,
): DetectionQuery {
  const { userId, user, text, from, to, minScore, maxScore, model, sort, limit, format } = query;
  const filter = { userId, user, text, from, before: to, minScore, maxScore, model };
  return {
    filter: { label: label === undefined ? undefined : spelledLabel(label, labels), ...filter },
    page: {
      sort,
      limit,
      cursor: place === undefined ? null : decodeCursor(place, PLACES[DETECTION_SORTS[sort].order]),
      backward,
    },
    format: format ?? null,
  };
}

/** A label as the detector spells it; one that only an earlier detector knew stays as it is written. */
function spelledLabel(written: string, labels: readonly string[]): string {
  try {
    return labelNamed(written, labels);
  } catch (error) {
    if (error instanceof QueryError) return written;
    throw error;
  }
}

function refuseEmptyRanges({ from, to, minScore, maxScore }: Fields, context: z.RefinementCtx): void {
  const refuse = (path: string, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message });
  if (from && to && from >= to) refuse('to', 'lies before the first day');
  if (minScore !== undefined && maxScore !== undefined && minScore > maxScore) {
    refuse('maxScore', 'is less than the lowest score');
  }
}
