import { z } from 'zod';
import { unlessEmpty } from '../http/validation.ts';
import { dayOf } from '../photos/daily-count.ts';
import { lastDays } from './statistics-service.ts';

/** Days that statistics are of unless others are asked. */
const DEFAULT_DAYS = 30;
/** So that a page stays one that can be looked at; a leap year. */
const MOST_DAYS = 366;
const DEFAULT_PRECISION = 95;

const day = z.iso
  .date('Give a day as 2026-11-20.')
  .transform((text) => dayOf(new Date(text)))
  .refine((number) => number >= 0, 'Give a day after 1969.');

/**
 * The query of the statistics: first and last day (without the one, so many days up to the other; without both, the last 30),
 * and the precision in percent that thresholds are told for.
 */
export const statisticsSchema = z
  .object({
    from: unlessEmpty(day),
    to: unlessEmpty(day),
    precision: unlessEmpty(
      z
        .string()
        .regex(/^\d{1,2}(\.\d)?$/, 'Give a number of percent from 1 to 99.9.')
        .transform(Number)
        .refine((percent) => percent >= 1, 'Give a number of percent from 1 to 99.9.'),
    ),
  })
  .transform(({ from, to, precision = DEFAULT_PRECISION }) => {
    const today = lastDays(DEFAULT_DAYS);
    const last = to ?? (from === undefined ? today.to : Math.max(from, today.to));
    return { range: { from: from ?? last - DEFAULT_DAYS + 1, to: last }, target: precision / 100 };
  })
  .superRefine(({ range: { from, to } }, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['to'], message });
    if (to < from) refuse('Give a last day that is not before the first one.');
    if (to - from >= MOST_DAYS) refuse(`Choose at most ${MOST_DAYS} days.`);
  });
