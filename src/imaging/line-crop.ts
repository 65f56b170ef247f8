import type { Quadrilateral } from './geometry.ts';
import type { Pixels } from './pixels.ts';

/** The width in pixels that a line gets when it is scaled to the given height. */
export function lineWidth([topLeft, topRight, , bottomLeft]: Quadrilateral, height: number): number {
  const along = Math.hypot(topRight[0] - topLeft[0], topRight[1] - topLeft[1]);
  const across = Math.hypot(bottomLeft[0] - topLeft[0], bottomLeft[1] - topLeft[1]);
  return Math.max(1, Math.round((along / Math.max(across, 1e-6)) * height));
}

/** Size of an upright line: `width` x `height` pixels of the line itself, then `padding` up to `paddedWidth`. */
export interface LineShape {
  width: number;
  height: number;
  paddedWidth: number;
  /** The value of all channels in the padding, 0 to 255. */
  padding: number;
}

/**
 * Cuts a line out of a picture and turns it upright: the quadrilateral's corners, given in reading direction in
 * pixels of the picture, become the corners of the line. Beyond the picture's edge its last pixels go on.
 */
export function cropLine(picture: Pixels, quadrilateral: Quadrilateral, shape: LineShape): Pixels {
  const { width, height, paddedWidth, padding } = shape;
  const [[x0, y0], [x1, y1], , [x3, y3]] = quadrilateral;
  const [ux, uy] = [(x1 - x0) / width, (y1 - y0) / width];
  const [vx, vy] = [(x3 - x0) / height, (y3 - y0) / height];
  // A line that shrinks is sampled several times per pixel, so that thin strokes stay.
  const samples = Math.max(1, Math.ceil(Math.hypot(vx, vy) - 0.25));
  const data = new Uint8Array(paddedWidth * height * 3).fill(padding);
  const sums = new Float32Array(width * 3);
  for (let row = 0; row < height; row++) {
    sums.fill(0);
    for (let i = 0; i < samples; i++) {
      const v = row + (i + 0.5) / samples;
      for (let j = 0; j < samples; j++) {
        const u = (j + 0.5) / samples;
        addSamples(picture, x0 + u * ux + v * vx - 0.5, y0 + u * uy + v * vy - 0.5, ux, uy, sums);
      }
    }
    const scale = 1 / (samples * samples);
    const start = row * paddedWidth * 3;
    for (let i = 0; i < sums.length; i++) data[start + i] = (sums[i] ?? 0) * scale + 0.5;
  }
  return { data, width: paddedWidth, height };
}

/**
 * Adds the colours at evenly spaced points, each interpolated between the four pixels around it. The points start at
 * (x, y) and go on by (stepX, stepY). Written without inner calls: it runs for every pixel of every line.
 */
function addSamples(
  { data, width, height }: Pixels,
  x: number,
  y: number,
  stepX: number,
  stepY: number,
  sums: Float32Array,
): void {
  const [lastX, lastY, stride] = [width - 1, height - 1, width * 3];
  for (let to = 0, i = 0; to < sums.length; to += 3, i++) {
    const px = Math.min(Math.max(x + i * stepX, 0), lastX);
    const py = Math.min(Math.max(y + i * stepY, 0), lastY);
    const [left, top] = [px | 0, py | 0];
    const [fx, fy] = [px - left, py - top];
    const a = top * stride + left * 3;
    const b = left < lastX ? a + 3 : a;
    const down = top < lastY ? stride : 0;
    const [c, d] = [a + down, b + down];
    const wd = fx * fy;
    const [wb, wc] = [fx - wd, fy - wd];
    const wa = 1 - fx - wc;
    sums[to] =
      (sums[to] ?? 0) + (data[a] ?? 0) * wa + (data[b] ?? 0) * wb + (data[c] ?? 0) * wc + (data[d] ?? 0) * wd;
    sums[to + 1] =
      (sums[to + 1] ?? 0) +
      (data[a + 1] ?? 0) * wa +
      (data[b + 1] ?? 0) * wb +
      (data[c + 1] ?? 0) * wc +
      (data[d + 1] ?? 0) * wd;
    sums[to + 2] =
      (sums[to + 2] ?? 0) +
      (data[a + 2] ?? 0) * wa +
      (data[b + 2] ?? 0) * wb +
      (data[c + 2] ?? 0) * wc +
      (data[d + 2] ?? 0) * wd;
  }
}
