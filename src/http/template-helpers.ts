import { icon } from './icon.ts';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });
const minute = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'long', timeZone: 'UTC' });

const format = {
  /** `1234` as `1,234`. */
  number: (value: number): string => whole.format(value),
  /** `2, 'photo'` as `2 photos`. */
  count: (value: number, noun: string): string => `${whole.format(value)} ${noun}${value === 1 ? '' : 's'}`,
  /** What was counted up to a bound: `1,234`, or `1,234+` where there may be more. */
  bounded: ({ count, exact }: { count: number; exact: boolean }): string =>
    `${whole.format(count)}${exact ? '' : '+'}`,
  /** A score of 0 to 1 as `93 %`. */
  percent: (score: number): string => `${whole.format(score * 100)} %`,
  /** `487438` as `487 KB`. */
  bytes: (value: number): string => {
    if (value < 1000) return `${value} bytes`;
    if (value < 1_000_000) return `${whole.format(value / 1000)} KB`;
    if (value < 1_000_000_000) return `${tenth.format(value / 1_000_000)} MB`;
    return `${tenth.format(value / 1_000_000_000)} GB`;
  },
  /** Milliseconds as `130 ms` or `1.3 s`. */
  duration: (milliseconds: number): string =>
    milliseconds < 1000 ? `${whole.format(milliseconds)} ms` : `${tenth.format(milliseconds / 1000)} s`,
  /** An ISO time as its day in UTC; the browser's script puts the local one in its place. */
  day: (iso: string): string => day.format(new Date(iso)),
  /** An ISO time to the minute, in UTC. */
  minute: (iso: string): string => `${minute.format(new Date(iso))} UTC`,
  /** What was wrong with a field as a sentence: `takes a day` goes on from the field's name, a sentence stands by itself. */
  refusal: (name: string, message: string): string =>
    /^\p{Ll}/u.test(message) ? `${name} ${message}.` : message,
  /** An ISO time in full, in UTC. */
  moment: (iso: string): string => moment.format(new Date(iso)),
};

/** What every template may call. Goes into `app.locals`. */
export const templateHelpers = { icon, format };
