import { z } from 'zod';
import { decodeCursor } from '../database/cursor.ts';
import { unlessEmpty } from '../http/validation.ts';
import { TASKS } from '../inference/analysis.ts';
import { endOf, startOf, time } from './moment.ts';
import type { AnalysisRequest } from './photo.ts';
import { both, type PageRequest, type PhotoFilter, present } from './photo-filter.ts';
import { demandWritable, LONGEST_QUERY, labelNamed, parseSearchQuery, QueryError } from './search-query.ts';
import { searchTerms } from './searched-text.ts';

const LONGEST_TEXT = 200;
const DEFAULT_PAGE = 24;
const LONGEST_PAGE = 100;

/** A score, 0 to 1. */
export const score = z
  .string()
  .regex(/^(0|1|0?\.\d+|0\.\d*|1\.0*)$/, 'takes a number from 0 to 1')
  .transform(Number);

const tasks = z
  .string()
  .transform((list) => list.split(',').map((name) => name.trim()))
  .refine(
    (named) => named.every((name) => TASKS.some((known) => known === name)),
    `takes ${TASKS.join(', ')} or both, separated by a comma`,
  )
  // In one order and each once, so that equal requests are equal.
  .transform((named) => TASKS.filter((known) => named.includes(known)));

/** Words to look for, or a name. */
export const text = z.string().max(LONGEST_TEXT, `takes at most ${LONGEST_TEXT} characters`);

/** A line of words, as one or as a query. */
const line = z.string('takes one text').max(LONGEST_QUERY, `takes at most ${LONGEST_QUERY} characters`);

/** Reads a field by the rules of queries; what is not understood is told of this field, beside what is wrong with others. */
function understood<Given, Read>(read: (given: Given) => Read) {
  return (given: Given, context: z.RefinementCtx): Read => {
    try {
      return read(given);
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  };
}

const plainFilters = {
  text: unlessEmpty(line.refine((given) => searchTerms(given).length > 0, 'takes a word or more')),
  from: unlessEmpty(time).transform((from) => (from === undefined ? undefined : startOf(from))),
  to: unlessEmpty(time).transform((to) => (to === undefined ? undefined : endOf(to))),
  minScore: unlessEmpty(score),
};

export const sortSchema = z.enum(['newest', 'oldest'], { error: 'takes newest or oldest' }).default('newest');

/** How long a page of a list is. */
export const pageLength = z
  .string()
  .regex(/^\d{1,3}$/, `takes a whole number from 1 to ${LONGEST_PAGE}`)
  .transform(Number)
  .refine((size) => size >= 1 && size <= LONGEST_PAGE, `takes a whole number from 1 to ${LONGEST_PAGE}`)
  .default(DEFAULT_PAGE);

/** Where a page begins, as a list gave it out. */
export const cursor = unlessEmpty(z.string().max(LONGEST_TEXT));

/** Which photos, and which page of them. */
export interface PhotoListQuery {
  filter: PhotoFilter;
  page: PageRequest;
}

/** A photo's `sequence`. */
const placeSchema = z.tuple([z.int().min(0)]);

/** @param labels Names that detections can have. */
function listFields(labels: readonly string[]) {
  const label = understood((name: string | undefined) =>
    name === undefined ? [] : [present(labelNamed(name, labels))],
  );
  const query = understood((q: string | undefined) => (q === undefined ? null : parseSearchQuery(q, labels)));
  return z.object({
    ...plainFilters,
    label: unlessEmpty(text).transform(label),
    q: unlessEmpty(line).transform(query),
    sort: sortSchema,
    limit: pageLength,
    cursor,
  });
}

type ListFields = z.infer<ReturnType<typeof listFields>>;

/**
 * Query of `GET /api/v1/photos`; an empty value is a filter that is not set.
 * @param labels Names that detections can have.
 */
export function photoListSchema(labels: readonly string[]): z.ZodType<PhotoListQuery> {
  return listFields(labels).transform((query, context) => ({
    filter: filterOf(query, context),
    page: pageRequest(query, query.cursor, false),
  }));
}

/** Query of `GET /photos`: as that of the API, and `cursorBefore` for the page that ends before a photo. */
export function galleryListSchema(labels: readonly string[]): z.ZodType<PhotoListQuery> {
  return listFields(labels)
    .extend({ cursorBefore: cursor })
    .transform((query, context) => ({
      filter: filterOf(query, context),
      page: pageRequest(query, query.cursorBefore ?? query.cursor, query.cursorBefore !== undefined),
    }));
}

/** What the single filters and the query line say together. */
function filterOf(
  { label, text, from, to, minScore, q }: Omit<ListFields, 'cursor'>,
  context: z.RefinementCtx,
): PhotoFilter {
  const single: PhotoFilter = {
    labels: label,
    ...(minScore === undefined ? {} : { scores: [{ operator: '>=', value: minScore }] }),
    text,
    from,
    before: to,
  };
  const filter = both(single, q ?? {});
  try {
    demandWritable(filter);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const culprit = q !== null ? 'q' : from && to && from >= to ? 'to' : 'text';
    context.addIssue({ code: 'custom', path: [culprit], message: error.message });
  }
  return filter;
}

function pageRequest(
  { sort, limit }: Pick<ListFields, 'sort' | 'limit'>,
  place: string | undefined,
  backward: boolean,
): PageRequest {
  return { sort, limit, cursor: place === undefined ? null : decodeCursor(place, placeSchema)[0], backward };
}

/**
 * Query of the calls that analyse a photo: `tasks=objects,text`, `minScore`.
 * @param defaultMinScore Taken when a call gives none, 0 to 1.
 */
export function analysisRequestSchema(defaultMinScore: number): z.ZodType<AnalysisRequest> {
  return z.object({
    tasks: unlessEmpty(tasks).transform((named) => named ?? [...TASKS]),
    minScore: unlessEmpty(score).transform((given) => given ?? defaultMinScore),
  });
}

/** Query of `GET /api/v1/photos/:id`. */
export const photoQuerySchema = z.object({
  as: z.enum(['detected', 'corrected'], { error: 'takes detected or corrected' }).default('detected'),
});
