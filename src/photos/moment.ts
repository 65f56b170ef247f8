import { z } from 'zod';

const DAY_MS = 24 * 60 * 60 * 1000;
/** What can be written with four digits of a year, and so be read again. */
const EARLIEST = new Date('0000-01-01T00:00:00.000Z');
const LATEST = new Date('9999-12-31T23:59:59.999Z');

/** A day of UTC as `YYYY-MM-DD`, or a moment with its offset from UTC. */
export const time = z.union([z.iso.date(), z.iso.datetime({ offset: true })], {
  error: 'takes a day as YYYY-MM-DD or a time as YYYY-MM-DDTHH:MM:SSZ',
});

/**
 * The first moment of what `time` took; a day begins with UTC.
 * @param written As `time` takes it.
 */
export function startOf(written: string): Date {
  return withinYears(new Date(written).getTime());
}

/**
 * The first moment that is no longer included: a day is meant as a whole.
 * @param written As `time` takes it.
 */
export function endOf(written: string): Date {
  return withinYears(new Date(written).getTime() + (isDay(written) ? DAY_MS : 1));
}

function isDay(written: string): boolean {
  return written.length === 'YYYY-MM-DD'.length;
}

function withinYears(moment: number): Date {
  return new Date(Math.min(Math.max(moment, EARLIEST.getTime()), LATEST.getTime()));
}
