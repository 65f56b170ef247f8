import type { Box } from '../../imaging/geometry.ts';
import type { Detection } from '../analysis.ts';

/** Two boxes of one label that overlap this much (intersection over union) show one object. */
const SAME_OBJECT = 0.6;

/** How much two boxes cover the same area: intersection over union, 0 to 1. */
export function intersectionOverUnion(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const intersection = width * height;
  return intersection / (a.width * a.height + b.width * b.height - intersection);
}

/** Keeps the best of the detections that show the same object. The result is sorted by score, best first. */
export function suppressDuplicates(detections: readonly Detection[]): Detection[] {
  const kept: Detection[] = [];
  for (const candidate of [...detections].sort((a, b) => b.score - a.score)) {
    const duplicate = kept.some(
      ({ label, box }) =>
        label === candidate.label && intersectionOverUnion(box, candidate.box) > SAME_OBJECT,
    );
    if (!duplicate) kept.push(candidate);
  }
  return kept;
}
