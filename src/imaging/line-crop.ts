import type { Quadrilateral } from '../inference/analysis.ts';
import type { Pixels } from './pixels.ts';

/** The width in pixels that a line gets when it is scaled to the given height. */
export function lineWidth([topLeft, topRight, , bottomLeft]: Quadrilateral, height: number): number {
  const along = Math.hypot(topRight[0] - topLeft[0], topRight[1] - topLeft[1]);
  const across = Math.hypot(bottomLeft[0] - topLeft[0], bottomLeft[1] - topLeft[1]);
  return Math.max(1, Math.round((along / Math.max(across, 1e-6)) * height));
}

/**
 * Cuts a line out of a picture and turns it upright: the quadrilateral's corners, given in reading direction in pixels
 * of the picture, become the corners of `width` x `height` pixels. Beyond the picture's edge its last pixels go on.
 *
 * @param paddedWidth the width of the result; columns from `width` on get the value `padding` in all channels.
 */
export function cropLine(
  picture: Pixels,
  quadrilateral: Quadrilateral,
  {
    width,
    height,
    paddedWidth,
    padding,
  }: { width: number; height: number; paddedWidth: number; padding: number },
): Pixels {
  const [[x0, y0], [x1, y1], , [x3, y3]] = quadrilateral;
  const data = new Uint8Array(paddedWidth * height * 3).fill(padding);
  const [ux, uy] = [(x1 - x0) / width, (y1 - y0) / width];
  const [vx, vy] = [(x3 - x0) / height, (y3 - y0) / height];
  // A line that shrinks is sampled several times per pixel, so that thin strokes stay.
  const samples = Math.max(1, Math.ceil(Math.hypot(vx, vy) - 0.25));
  const sum = new Float32Array(3);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      sum.fill(0);
      for (let i = 0; i < samples; i++) {
        const v = row + (i + 0.5) / samples;
        for (let j = 0; j < samples; j++) {
          const u = column + (j + 0.5) / samples;
          addSample(picture, x0 + u * ux + v * vx - 0.5, y0 + u * uy + v * vy - 0.5, sum);
        }
      }
      const at = (row * paddedWidth + column) * 3;
      const scale = 1 / (samples * samples);
      for (let channel = 0; channel < 3; channel++) data[at + channel] = (sum[channel] ?? 0) * scale + 0.5;
    }
  }
  return { data, width: paddedWidth, height };
}

/** Adds the colour at a point, interpolated between the four pixels around it. */
function addSample({ data, width, height }: Pixels, x: number, y: number, sum: Float32Array): void {
  const cx = Math.min(Math.max(x, 0), width - 1);
  const cy = Math.min(Math.max(y, 0), height - 1);
  const left = Math.min(Math.floor(cx), Math.max(0, width - 2));
  const top = Math.min(Math.floor(cy), Math.max(0, height - 2));
  const [fx, fy] = [cx - left, cy - top];
  const at = (top * width + left) * 3;
  const right = width > 1 ? 3 : 0;
  const below = height > 1 ? width * 3 : 0;
  for (let channel = 0; channel < 3; channel++) {
    const i = at + channel;
    const upper = (data[i] ?? 0) * (1 - fx) + (data[i + right] ?? 0) * fx;
    const lower = (data[i + below] ?? 0) * (1 - fx) + (data[i + below + right] ?? 0) * fx;
    sum[channel] = (sum[channel] ?? 0) + upper * (1 - fy) + lower * fy;
  }
}
