import { intersectionOverUnion } from '../inference/postprocessing/non-maximum-suppression.ts';
import type { Findings } from '../photos/photo.ts';
import type { CorrectedDetection, CorrectedFindings, CorrectedLine } from './corrected-findings.ts';

/** What the owner says of something found: it is there as it stands, or it is not there at all. */
export type Verdict = 'right' | 'wrong';

interface Stated {
  /** Names it within its photo, however often it is changed. */
  id: number;
  /** Place in the models' answer of what it stems from, or of what is found there now; null for what is not found. */
  position: number | null;
  /** null while the owner has said nothing of it. What was changed is right as it stands now. */
  verdict: Verdict | null;
}

export interface StatedDetection extends CorrectedDetection, Stated {}

export interface StatedLine extends CorrectedLine, Stated {}

/** Everything in a photo as the owner has left it: also what is wrong, so that it can be taken back. */
export interface CorrectionState {
  detections: readonly StatedDetection[];
  lines: readonly StatedLine[];
}

/** Boxes that overlap less than this (intersection over union) mean different places. */
export const SAME_PLACE = 0.5;

/** The model's answer, before anything was said of it. */
export function stateOf({ detections, lines }: Pick<Findings, 'detections' | 'lines'>): CorrectionState {
  const stated = <Found>(found: Found, position: number) => ({
    id: position,
    ...found,
    position,
    verdict: null,
  });
  return { detections: detections.map(stated), lines: lines.map(stated) };
}

/** What a state comes to: without what is wrong. */
export function correctedFindings({ detections, lines }: CorrectionState): CorrectedFindings {
  return {
    detections: detections
      .filter(({ verdict }) => verdict !== 'wrong')
      .map(({ label, box, score }) => ({ label, box, score })),
    lines: lines
      .filter(({ verdict }) => verdict !== 'wrong')
      .map(({ text, polygon, score }) => ({ text, polygon, score })),
  };
}

/**
 * What a state says of each detection of the model, by its position; null where it says nothing. Where it has another
 * label or place, the model was wrong, whatever is said of that label and place.
 */
export function verdictsOn(
  found: Findings['detections'],
  { detections }: CorrectionState,
): (Verdict | null)[] {
  const stated = new Map(detections.map((detection) => [detection.position, detection]));
  return found.map(({ label, box }, position) => {
    const now = stated.get(position);
    if (now === undefined) return null;
    const same = now.label === label && intersectionOverUnion(now.box, box) >= SAME_PLACE;
    return same ? now.verdict : 'wrong';
  });
}
