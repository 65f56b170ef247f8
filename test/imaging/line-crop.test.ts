import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Quadrilateral } from '../../src/imaging/geometry.ts';
import { cropLine, lineWidth } from '../../src/imaging/line-crop.ts';

/** Red grows to the right, green downward. */
const width = 100;
const height = 80;
const picture = { data: new Uint8Array(width * height * 3), width, height };
for (let y = 0; y < height; y++) {
  for (let x = 0; x < width; x++) picture.data.set([x * 2, y * 2, 0], (y * width + x) * 3);
}

test('a line keeps its aspect ratio', () => {
  const quadrilateral: Quadrilateral = [
    [10, 10],
    [70, 10],
    [70, 30],
    [10, 30],
  ];
  assert.equal(lineWidth(quadrilateral, 48), 144);
});

test('a line that runs downward is turned upright, and padded on the right', () => {
  const downward: Quadrilateral = [
    [60, 10],
    [60, 70],
    [40, 70],
    [40, 10],
  ];
  const shape = { width: 60, height: 20, paddedWidth: 64, padding: 127 };
  const { data } = cropLine(picture, downward, shape);
  const at = (x: number, y: number) => [...data.subarray((y * 64 + x) * 3, (y * 64 + x) * 3 + 3)];
  assert.deepEqual(at(0, 0), [59 * 2, 10 * 2, 0]);
  assert.deepEqual(at(59, 0), [59 * 2, 69 * 2, 0]);
  assert.deepEqual(at(0, 19), [40 * 2, 10 * 2, 0]);
  assert.deepEqual(at(60, 5), [127, 127, 127]);
});

test('what lies beyond the edge repeats the last pixels', () => {
  const beyond: Quadrilateral = [
    [-10, -10],
    [10, -10],
    [10, 10],
    [-10, 10],
  ];
  const { data } = cropLine(picture, beyond, { width: 20, height: 20, paddedWidth: 20, padding: 0 });
  assert.deepEqual([...data.subarray(0, 3)], [0, 0, 0]);
  assert.deepEqual([...data.subarray(-3)], [18, 18, 0]);
});
