import type { Size } from '../imaging/pixels.ts';
import type { InputSize } from './model-manifest.ts';

/** The size that a picture is scaled to for a model, and the padded size that the model gets. */
export interface FittedSize {
  scaled: Size;
  padded: Size;
}

/** Scales the longest side to what the model wants, enlarging at most by the given factor, and rounds up to its multiple. */
export function fitToModel({ width, height }: Size, policy: InputSize, maxEnlargement: number): FittedSize {
  const scale = Math.min(policy.longestSide / Math.max(width, height), maxEnlargement);
  const scaled = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
  const roundUp = (side: number) => Math.ceil(side / policy.multiple) * policy.multiple;
  return { scaled, padded: { width: roundUp(scaled.width), height: roundUp(scaled.height) } };
}
