import type { SKRSContext2D } from 'canvas';
import type { Random } from './random.ts';

/** Number of different grains; reused from a random start in each row, which no eye and no encoder notices. */
const GRAINS = 65_536;

/**
 * Lays the noise of a camera or scanner over a picture: without it, drawn areas would be far cheaper to decode than
 * photographed ones.
 *
 * @param strength standard deviation of the noise in steps of 255.
 */
export function addGrain(context: SKRSContext2D, strength: number, random: Random): void {
  const { width, height } = context.canvas;
  const grains = Int8Array.from({ length: GRAINS }, () => {
    // Three even numbers added are close to a bell curve; the factor gives it a deviation of 1.
    return (random() + random() + random() - 1.5) * 2 * strength;
  });
  const picture = context.getImageData(0, 0, width, height);
  const { data } = picture;
  for (let y = 0; y < height; y++) {
    const start = Math.floor(random() * GRAINS);
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      const grain = grains[(start + x) % GRAINS] ?? 0;
      for (let channel = 0; channel < 3; channel++) data[at + channel] = (data[at + channel] ?? 0) + grain;
    }
  }
  context.putImageData(picture, 0, 0);
}
