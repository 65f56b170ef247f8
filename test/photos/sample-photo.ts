import { randomBytes, randomUUID } from 'node:crypto';
import type { Findings, Photo } from '../../src/photos/photo.ts';
import { firstSequenceOf } from '../../src/photos/sequence.ts';

let samples = 0;

/** A queued photo as the service would make it; no two of the same moment have the same number by chance. */
export function samplePhoto(memberId: string, changes: Partial<Photo> = {}): Photo {
  const { createdAt = new Date('2026-11-20T12:00:00.000Z') } = changes;
  return {
    id: randomUUID(),
    memberId,
    sequence: firstSequenceOf(createdAt) + (samples++ % 1024),
    filename: 'street.jpg',
    sha256: randomBytes(32).toString('hex'),
    mediaType: 'image/jpeg',
    frames: 1,
    bytes: 12_345,
    width: 800,
    height: 600,
    status: 'queued',
    error: null,
    request: { tasks: ['objects', 'text'], minScore: 0.35 },
    createdAt,
    deletedAt: null,
    findings: null,
    ...changes,
  };
}

/** What an analysis could have found: one object and one line unless told otherwise. */
export function sampleFindings(changes: Partial<Findings> = {}): Findings {
  return {
    detections: [{ label: 'stop sign', score: 0.96, box: { x: 10.5, y: 20.25, width: 100, height: 90.75 } }],
    lines: [
      {
        text: 'STOP',
        score: 0.98,
        polygon: [
          [30, 40],
          [90.5, 41],
          [90, 70],
          [29.5, 69],
        ],
      },
    ],
    models: { object_detector: '1', text_detector: '1', text_recognizer: '1' },
    engine: 'embedded',
    timings: { decodeMs: 8, detectMs: 35.5, readMs: 90, totalMs: 133.5 },
    analysedAt: new Date('2026-11-20T12:00:01.000Z'),
    ...changes,
  };
}

/** A quota that refuses nothing. */
export const UNBOUNDED = { photos: null, bytes: null };
