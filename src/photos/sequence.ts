import { randomInt } from 'node:crypto';

/** Numbers that one millisecond has room for. */
const PER_MILLISECOND = 1024;

/**
 * A number for a photo that is taken in at a moment: the milliseconds since the epoch, and a random part behind them. It
 * orders all photos by the time of their upload, the newest last.
 */
export function sequenceAt(moment: Date): number {
  return firstSequenceOf(moment) + randomInt(PER_MILLISECOND);
}

/** The smallest number that a photo of this moment can have: photos before it have smaller ones. */
export function firstSequenceOf(moment: Date): number {
  return moment.getTime() * PER_MILLISECOND;
}
