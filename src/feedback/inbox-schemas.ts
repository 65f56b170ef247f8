import { z } from 'zod';
import { decodeCursor } from '../database/cursor.ts';
import { AppError } from '../errors.ts';
import { unlessEmpty } from '../http/validation.ts';
import { endOf, startOf, time } from '../photos/moment.ts';
import { FEEDBACK_STATES, type FeedbackFilter, RATINGS } from './feedback.ts';
import type { InboxPageRequest } from './inbox-read-model.ts';

const DEFAULT_PAGE = 50;
const LONGEST_PAGE = 100;
const LONGEST_TEXT = 200;

const CHOOSE = `Choose a rating from 1 to ${RATINGS.length}.`;
const SIZE = `Give a whole number from 1 to ${LONGEST_PAGE}.`;

const place = unlessEmpty(z.string().max(LONGEST_TEXT, 'is not one that a list gave out'));
const placeSchema = z.tuple([z.int().min(0)]);

/** Which messages, and which page of them. */
export interface InboxQuery {
  filter: FeedbackFilter;
  page: InboxPageRequest;
  format: 'csv' | undefined;
}

/**
 * The query of `/admin/feedback` and of its twin on the API. `to` is the last day or moment that is shown,
 * `cursorBefore` picks the page that ends before a message.
 */
export const inboxSchema: z.ZodType<InboxQuery> = z
  .object({
    state: unlessEmpty(z.enum(FEEDBACK_STATES, `Choose ${FEEDBACK_STATES.join(', ')}.`)),
    rating: unlessEmpty(
      z
        .string(CHOOSE)
        .regex(/^[1-5]$/, CHOOSE)
        .transform(Number),
    ),
    text: unlessEmpty(z.string().trim().max(LONGEST_TEXT, 'That is too long to look for.')),
    from: unlessEmpty(time).transform((from) => (from === undefined ? undefined : startOf(from))),
    to: unlessEmpty(time).transform((to) => (to === undefined ? undefined : endOf(to))),
    photo: unlessEmpty(z.literal('with', 'Choose “with”, or nothing.')),
    limit: unlessEmpty(
      z
        .string(SIZE)
        .regex(/^\d{1,3}$/, SIZE)
        .transform(Number)
        .refine((size) => size >= 1 && size <= LONGEST_PAGE, SIZE),
    ),
    cursor: place,
    cursorBefore: place,
    format: unlessEmpty(z.literal('csv', 'Choose csv, or nothing.')),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    path: ['to'],
    message: 'lies before the first day',
  })
  .transform(({ state, rating, text, from, to, photo, limit, cursor, cursorBefore, format }) => ({
    filter: { state, rating, text: text || undefined, from, before: to, withPhoto: photo === 'with' },
    page: {
      limit: limit ?? DEFAULT_PAGE,
      backward: cursorBefore !== undefined,
      place: placeOf(cursorBefore ?? cursor),
    },
    format,
  }));

/** The state that an admin may give to a message by hand. */
export const stateSchema = z.object({ state: z.enum(['new', 'read'], 'Choose new or read.') });

const idSchema = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

/**
 * The number of the message that an address names.
 * @throws {AppError} `not_found` for what is no number.
 */
export function messageId(text: unknown): number {
  const id = idSchema.safeParse(text);
  if (id.success) return id.data;
  throw new AppError('not_found', 'There is no such message.');
}

function placeOf(text: string | undefined): number | null {
  return text === undefined ? null : decodeCursor(text, placeSchema)[0];
}
