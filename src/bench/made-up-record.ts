import { randomBytes, randomUUID } from 'node:crypto';
import type { Verdict } from '../corrections/correction-state.ts';
import type { Findings, Photo } from '../photos/photo.ts';
import { firstSequenceOf } from '../photos/sequence.ts';
import { type FindingsSize, findingsMaker, MIN_SCORE, SIZE } from './made-up-findings.ts';
import { pick, type Random, seededRandom, wholeBetween } from './random.ts';
import { zipfPicker } from './zipf.ts';

/** The record ends at this moment; it is the same one in each run. */
export const RECORD_END = new Date('2026-11-20T00:00:00Z');
/** Two years. */
export const RECORD_SPAN_MS = 2 * 365 * 24 * 60 * 60_000;

/** The first member has half of all photos, the last of 200 a few of 100,000. */
const MEMBER_EXPONENT = 1.7;
const FAILED_SHARE = 0.01;
const TRASH_SHARE = 0.02;
const TEXTLESS_SHARE = 0.25;
const VERDICT_SHARE = 0.003;
/** Versions of the object detector, the newest first, and the share of the two years at which each came. */
const DETECTOR_VERSIONS = [
  { version: '3', since: 0.97 },
  { version: '2', since: 0.5 },
] as const;
const FIRST_VERSION = '1';

export type MemberIds = readonly [string, ...string[]];

/** A photo as it could have been uploaded and analysed. */
export interface MadeUpPhoto {
  photo: Photo;
  /** Of each detection, what its owner said of it. */
  verdicts: readonly (Verdict | null)[];
}

/**
 * Photos of two years, the oldest first, as a site of many members would have them: with ten detections and twenty lines on
 * average, a few in the trash, and some that could not be analysed.
 * @param memberIds The one with most photos first.
 */
export function* madeUpRecord(memberIds: MemberIds, count: number): Generator<MadeUpPhoto> {
  const random = seededRandom(1);
  const nextMember = zipfPicker(random, memberIds, MEMBER_EXPONENT);
  const find = findingsMaker(random);
  for (let i = 0; i < count; i++) {
    const age = (i + random()) / count;
    const createdAt = new Date(RECORD_END.getTime() - RECORD_SPAN_MS * (1 - age));
    const photo = {
      ...blankPhoto(random, nextMember(), createdAt),
      deletedAt: random() < TRASH_SHARE ? RECORD_END : null,
    };
    if (random() < FAILED_SHARE) {
      yield { photo: { ...photo, status: 'failed', error: 'The analysis failed.' }, verdicts: [] };
      continue;
    }
    const version = DETECTOR_VERSIONS.find(({ since }) => age >= since)?.version ?? FIRST_VERSION;
    const findings = find(findingsSize(random), version, createdAt);
    const verdicts = findings.detections.map(() => verdict(random));
    yield { photo: { ...photo, status: 'analysed', findings }, verdicts };
  }
}

/** Photos of one size as they come in one by one after the record. */
export function* arrivingPhotos(
  memberIds: MemberIds,
  size: FindingsSize,
): Generator<{ photo: Photo; findings: Findings }> {
  const random = seededRandom(2);
  const find = findingsMaker(random);
  for (let i = 0; ; i++) {
    const createdAt = new Date(RECORD_END.getTime() + i * 1000);
    const photo = blankPhoto(random, memberIds[i % memberIds.length] ?? memberIds[0], createdAt);
    yield { photo, findings: find(size, DETECTOR_VERSIONS[0].version, createdAt) };
  }
}

function blankPhoto(random: Random, memberId: string, createdAt: Date): Photo {
  return {
    id: randomUUID(),
    memberId,
    sequence: firstSequenceOf(createdAt) + wholeBetween(random, 0, 1023),
    filename: `IMG_${wholeBetween(random, 0, 99_999_999)}.jpg`,
    sha256: randomBytes(32).toString('hex'),
    mediaType: 'image/jpeg',
    frames: 1,
    bytes: wholeBetween(random, 50_000, 5_000_000),
    ...SIZE,
    status: 'queued',
    error: null,
    request: { tasks: ['objects', 'text'], minScore: MIN_SCORE },
    createdAt,
    deletedAt: null,
    findings: null,
  };
}

/** Ten detections and twenty lines on average over all photos, the failed and the textless ones among them; a few photos have very many. */
function findingsSize(random: Random): FindingsSize {
  const detections = uneven(random, 10 / (1 - FAILED_SHARE));
  if (random() < TEXTLESS_SHARE) return { detections, lines: 0 };
  return { detections, lines: uneven(random, 20 / (1 - FAILED_SHARE) / (1 - TEXTLESS_SHARE)) };
}

/** Exponentially distributed. */
function uneven(random: Random, mean: number): number {
  // Rounding and the cut take and give about the same.
  return Math.min(Math.round(-Math.log(1 - random()) * mean), 20 * mean);
}

function verdict(random: Random): Verdict | null {
  return random() < VERDICT_SHARE ? pick(random, ['right', 'right', 'right', 'wrong']) : null;
}
