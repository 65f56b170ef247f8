import type { Detection, Line } from '../inference/analysis.ts';
import { COCO_LABELS } from '../model-export/coco-labels.ts';
import type { Findings } from '../photos/photo.ts';
import { type Random, wholeBetween } from './random.ts';
import { lineWriter, PLANTED_WORDS } from './record-words.ts';
import { zipfPicker } from './zipf.ts';

/** Size of every made-up photo in pixels. */
export const SIZE = { width: 1600, height: 1200 };
/** Detections below are not kept, as in the program's own settings. */
export const MIN_SCORE = 0.35;

/** How many detections and lines a photo has. */
export interface FindingsSize {
  detections: number;
  lines: number;
}

/** Makes what an analysis could have found: few labels make most detections, and words are as uneven. */
export function findingsMaker(
  random: Random,
): (size: FindingsSize, detectorVersion: string, analysedAt: Date) => Findings {
  const [first, ...others] = COCO_LABELS.map(({ name }) => name);
  if (first === undefined) throw new Error('There are no labels');
  const nextLabel = zipfPicker(random, [first, ...others], 1);
  const nextLine = lineWriter(random);

  function detection(): Detection {
    const [width, height] = [wholeBetween(random, 20, 800), wholeBetween(random, 20, 600)];
    const box = { x: random() * (SIZE.width - width), y: random() * (SIZE.height - height), width, height };
    // Low scores are many, those near 1 few.
    return { label: nextLabel(), score: MIN_SCORE + (1 - MIN_SCORE) * random() ** 1.5, box };
  }

  function line(i: number, planted: string | undefined): Line {
    const [x, y] = [wholeBetween(random, 0, 1000), 4 * i];
    const words = nextLine();
    const polygon: Line['polygon'] = [
      [x, y],
      [x + 300.5, y],
      [x + 300.5, y + 20.25],
      [x, y + 20.25],
    ];
    return {
      text: planted === undefined ? words : `${planted} ${words}`,
      score: 0.5 + random() / 2,
      polygon,
    };
  }

  return (size, detectorVersion, analysedAt) => {
    const planted = PLANTED_WORDS.filter(({ share }) => random() < share).map(({ word }) => word);
    const detections = Array.from({ length: size.detections }, detection);
    const timings = { decodeMs: 5 + 10 * random(), detectMs: 30 + 40 * random(), readMs: 4 * size.lines };
    return {
      detections: detections.sort((a, b) => b.score - a.score),
      lines: Array.from({ length: size.lines }, (_, i) => line(i, planted[i])),
      models: { object_detector: detectorVersion, text_detector: '1', text_recognizer: '1' },
      engine: 'embedded',
      timings: { ...timings, totalMs: timings.decodeMs + timings.detectMs + timings.readMs },
      analysedAt,
    };
  };
}
