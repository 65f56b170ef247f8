import type { TextRecognizerManifest } from '../model-manifest.ts';

/** The recogniser's answer for one line, step by step from left to right. */
export interface LineSteps {
  /** The most likely class of each step. */
  charIds: Int32Array;
  /** The probability of that class. */
  charScores: Float32Array;
  /** The probability of the word space. */
  spaceScores: Float32Array;
}

/** A decoded line. */
export interface DecodedLine {
  text: string;
  /** Mean probability of the characters without spaces, 0 to 1; 0 for an empty text. */
  score: number;
}

/**
 * Turns steps into text: repeated classes are one character, blanks part them (A. Graves et al., "Connectionist
 * Temporal Classification", 2006). The recogniser rarely prefers a space, but it hesitates where one stands: a blank
 * step whose space is likely enough is read as a space.
 */
export function decodeLine(
  { charIds, charScores, spaceScores }: LineSteps,
  { charset, blankId, spaceId, spaceThreshold }: TextRecognizerManifest,
): DecodedLine {
  let text = '';
  let total = 0;
  let count = 0;
  let previous = blankId;
  for (const [step, id] of charIds.entries()) {
    if (id === spaceId || (id === blankId && (spaceScores[step] ?? 0) >= spaceThreshold)) {
      if (text !== '' && !text.endsWith(' ')) text += ' ';
    } else if (id !== blankId && id !== previous) {
      text += charset[id] ?? '';
      total += charScores[step] ?? 0;
      count++;
    }
    previous = id;
  }
  return { text: text.trimEnd(), score: count === 0 ? 0 : total / count };
}
