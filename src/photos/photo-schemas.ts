import { z } from 'zod';
import { decodeCursor } from '../database/cursor.ts';
import { TASKS } from '../inference/analysis.ts';
import type { AnalysisRequest } from './photo.ts';
import type { PageRequest, PhotoFilter } from './photo-filter.ts';

const LONGEST_TEXT = 200;
const DEFAULT_PAGE = 24;
const LONGEST_PAGE = 100;
const DAY_MS = 24 * 60 * 60 * 1000;

const score = z
  .string()
  .regex(/^(0|1|0?\.\d+|0\.\d*|1\.0*)$/, 'takes a number from 0 to 1')
  .transform(Number);

const task = z.enum(TASKS, { error: `takes ${TASKS.join(', ')} or both, separated by a comma` });

const tasks = z
  .string()
  .transform((list) => list.split(',').map((name) => name.trim()))
  .pipe(z.array(task))
  // In one order and each once, so that equal requests are equal.
  .transform((named) => TASKS.filter((known) => named.includes(known)));

/** A day, or a moment with its offset from UTC. */
const time = z.union([z.iso.date(), z.iso.datetime({ offset: true })], {
  error: 'takes a day as YYYY-MM-DD or a time as YYYY-MM-DDTHH:MM:SSZ',
});

const text = z.string().max(LONGEST_TEXT, `takes at most ${LONGEST_TEXT} characters`);

const filterFields = {
  label: unlessEmpty(text),
  text: unlessEmpty(text),
  from: unlessEmpty(time).transform((from) => (from === undefined ? undefined : new Date(from))),
  to: unlessEmpty(time).transform((to) => (to === undefined ? undefined : endOf(to))),
  minScore: unlessEmpty(score),
};

const sort = z.enum(['newest', 'oldest'], { error: 'takes newest or oldest' }).default('newest');

const limit = z
  .string()
  .regex(/^\d{1,3}$/, `takes a whole number from 1 to ${LONGEST_PAGE}`)
  .transform(Number)
  .refine((size) => size >= 1 && size <= LONGEST_PAGE, `takes a whole number from 1 to ${LONGEST_PAGE}`)
  .default(DEFAULT_PAGE);

const cursor = unlessEmpty(z.string().max(LONGEST_TEXT));

/** Which photos, and which page of them. */
export interface PhotoListQuery {
  filter: PhotoFilter;
  page: PageRequest;
}

const listFields = z.object({ ...filterFields, sort, limit, cursor });

/** Query of `GET /api/v1/photos`; an empty value is a filter that is not set. */
export const photoListSchema: z.ZodType<PhotoListQuery> = listFields.transform((query) =>
  listQuery(query, query.cursor, false),
);

/** Query of `GET /photos`: as that of the API, and `before` for the page that ends before a photo. */
export const galleryListSchema: z.ZodType<PhotoListQuery> = listFields
  .extend({ before: cursor })
  .transform((query) => listQuery(query, query.before ?? query.cursor, query.before !== undefined));

function listQuery(
  { label, text, from, to, minScore, sort, limit }: z.infer<typeof listFields>,
  place: string | undefined,
  backward: boolean,
): PhotoListQuery {
  return {
    filter: { label, text, from, before: to, minScore },
    page: { sort, limit, cursor: place === undefined ? null : decodeCursor(place), backward },
  };
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

function unlessEmpty<Output>(schema: z.ZodType<Output, string>) {
  return z.preprocess((value) => (value === '' ? undefined : value), schema.optional());
}

/** The first moment that is no longer included: a day is meant as a whole. */
function endOf(to: string): Date {
  const isDay = to.length === 'YYYY-MM-DD'.length;
  return new Date(new Date(to).getTime() + (isDay ? DAY_MS : 1));
}
