import { accuracyOf } from '../../src/admin/accuracy.ts';
import { percentilesOf } from '../../src/admin/percentiles.ts';
import type { Statistics } from '../../src/admin/statistics.ts';
import { spellDay } from '../../src/admin/statistics-service.ts';

const FIRST_DAY = 20_748;
const LABELS = ['person', 'car', 'dog', 'cat', 'chair', 'bottle', 'bus', 'bicycle', 'truck', 'bird'];
const rare = { p50: 24.4, p95: 61, p99: 133 };
const whole = { p50: 135, p95: 520, p99: 1240 };
const NO_STAGE = { decode: null, detect: null, read: null, total: null };

/** Thirty days of a site in use. */
export const SAMPLE_STATISTICS: Statistics = {
  from: spellDay(FIRST_DAY),
  to: spellDay(FIRST_DAY + 29),
  totals: { photos: 4120, bytes: 1_648_000_000, detections: 41_877, lines: 61_204, feedback: 42 },
  days: Array.from({ length: 30 }, (_, day) => {
    const photos = Math.round(140 + 90 * Math.sin(day / 2.2) + 37 * Math.cos(day * 1.7));
    return {
      day: spellDay(FIRST_DAY + day),
      photos,
      bytes: photos * 400_000,
      detections: photos * 10 + ((day * 37) % 90),
      lines: photos * 15 - ((day * 53) % 200),
      feedback: (day * 7) % 4,
    };
  }),
  labels: LABELS.map((label, place) => ({ label, count: Math.round(12_000 / (place + 1)) })),
  scores: Array.from({ length: 20 }, (_, step) => ({
    from: step / 20,
    to: (step + 1) / 20,
    count: step < 7 ? 0 : 900 + (step - 7) ** 2 * 31,
  })),
  latency: [
    { engine: 'embedded', models: {}, photos: 3980, stages: { ...NO_STAGE, decode: rare, total: whole } },
    ...(['1', '2'] as const).map((version) => ({
      engine: 'embedded',
      models: { object_detector: version },
      photos: version === '1' ? 3800 : 180,
      stages: { ...NO_STAGE, detect: { p50: 36, p95: 88, p99: 146 } },
    })),
    ...['text_detector', 'text_recognizer'].map((model, place) => ({
      engine: 'embedded',
      models: { [model]: '1' },
      photos: 3980 - 620 * place,
      stages: { ...NO_STAGE, read: { p50: 91 + 30 * place, p95: 410, p99: 980 } },
    })),
    {
      engine: 'tensorflow-serving',
      models: {},
      photos: 140,
      stages: { ...NO_STAGE, decode: rare, total: rare },
    },
    {
      engine: 'tensorflow-serving',
      models: { object_detector: '2' },
      photos: 140,
      stages: { ...NO_STAGE, detect: percentilesOf(new Map([[48, 140]])) },
    },
  ],
  members: { total: 12, suspended: 1, active: 7, new: 2 },
  storage: { photos: 12_040, bytes: 4_816_000_000, waiting: 3, trash: { photos: 18, bytes: 7_200_000 } },
  accuracy: {
    target: 0.95,
    verdicts: 449,
    labels: accuracyOf(
      [
        ...LABELS.slice(0, 6).flatMap((label, place) =>
          [0.4, 0.6, 0.8].map((score) => ({
            label,
            score,
            right: Math.round((60 * score + 6) / (place + 1)),
            wrong: Math.round(((1 - score) * 14 - 2) / (place + 1)),
          })),
        ),
        { label: 'truck', score: 0.7, right: 12, wrong: 0 },
        { label: 'bird', score: 0.5, right: 0, wrong: 4 },
      ],
      0.95,
    ),
  },
};

/** The same of a site that nobody has used. */
export const NO_STATISTICS: Statistics = {
  ...SAMPLE_STATISTICS,
  totals: { photos: 0, bytes: 0, detections: 0, lines: 0, feedback: 0 },
  days: SAMPLE_STATISTICS.days.map(({ day }) => ({
    day,
    photos: 0,
    bytes: 0,
    detections: 0,
    lines: 0,
    feedback: 0,
  })),
  labels: [],
  scores: SAMPLE_STATISTICS.scores.map((step) => ({ ...step, count: 0 })),
  latency: [],
  members: { total: 1, suspended: 0, active: 0, new: 1 },
  storage: { photos: 0, bytes: 0, waiting: 0, trash: { photos: 0, bytes: 0 } },
  accuracy: { target: 0.95, verdicts: 0, labels: [] },
};
