import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { InferenceSession } from 'onnxruntime-node';
import { type DrawnPicture, drawClock, drawStopSign } from '../drawn-pictures.ts';
import {
  type ExportedModels,
  exportForTest,
  numbersOf,
  type Pixels,
  pixelsOf,
  pixelTensor,
  placeOn,
} from './sessions.ts';

interface Found {
  id: number;
  score: number;
  /** Pixels of the picture that was put in: left, top, right, bottom. */
  box: number[];
}

describe('the exported object detector', () => {
  let models: ExportedModels;
  let session: InferenceSession;
  before(async () => {
    models = await exportForTest('latin');
    session = await models.open('object_detector');
  });
  after(() => models.remove());

  for (const { label, draw } of [
    { label: 'stop sign', draw: drawStopSign },
    { label: 'clock', draw: drawClock },
  ]) {
    for (const [width, height] of [
      [512, 512],
      [512, 288],
      [288, 512],
      [512, 384],
    ] as const) {
      test(`finds a ${label} in ${width} x ${height} pixels, and where it is`, async () => {
        const picture = draw({ width, height });
        const [best] = await detect(session, await pixelsOf(picture.png, width, height));
        const names = new Map(
          models.manifest.models.object_detector.labels.map(({ id, name }) => [id, name]),
        );
        assert.equal(names.get(best?.id ?? 0), label);
        assert.ok((best?.score ?? 0) > 0.4, `the score is ${best?.score}`);
        assert.ok(overlap(best?.box ?? [], cornersOf(picture)) > 0.75, `the box is ${best?.box}`);
      });
    }
  }

  test('finds the same in a picture and in that picture with black beside it', async () => {
    const picture = await pixelsOf(drawStopSign({ width: 512, height: 288 }).png, 512, 288);
    const [alone] = await detect(session, picture);
    const [padded] = await detect(session, placeOn(picture, [512, 512], 0));
    assert.equal(alone?.id, padded?.id);
    assert.ok(overlap(alone?.box ?? [], padded?.box ?? []) > 0.95);
  });

  test('gives 100 detections, best first, with boxes inside the picture and ids of COCO', async () => {
    const outputs = await run(session, await pixelsOf(drawClock().png, 512, 384));
    const ids = new Set(models.manifest.models.object_detector.labels.map(({ id }) => id));
    const scores = numbersOf(outputs, 'detection_scores');
    assert.deepEqual(numbersOf(outputs, 'num_detections'), [100]);
    assert.deepEqual(
      scores,
      scores.toSorted((a, b) => b - a),
    );
    assert.ok(scores.every((score) => score >= 0 && score <= 1));
    assert.ok(numbersOf(outputs, 'detection_boxes').every((side) => side >= 0 && side <= 1));
    assert.ok(numbersOf(outputs, 'detection_classes').every((id) => ids.has(id)));
  });

  test('finds one thing once', async () => {
    const found = await detect(session, await pixelsOf(drawStopSign().png, 512, 384));
    const sure = found.filter(({ id, score }) => id === found[0]?.id && score > 0.3);
    assert.equal(sure.length, 1);
  });

  test('takes the smallest picture there can be', async () => {
    const outputs = await run(session, { data: new Uint8Array(32 * 32 * 3), width: 32, height: 32 });
    assert.equal(numbersOf(outputs, 'detection_scores').length, 100);
  });
});

function run(session: InferenceSession, pixels: Pixels): Promise<InferenceSession.ReturnType> {
  return session.run({ input_tensor: pixelTensor(pixels) });
}

async function detect(session: InferenceSession, pixels: Pixels): Promise<Found[]> {
  const outputs = await run(session, pixels);
  const ids = numbersOf(outputs, 'detection_classes');
  const boxes = numbersOf(outputs, 'detection_boxes');
  return numbersOf(outputs, 'detection_scores').map((score, index) => {
    const [top = 0, left = 0, bottom = 0, right = 0] = boxes.slice(4 * index, 4 * index + 4);
    const { width, height } = pixels;
    return { id: ids[index] ?? 0, score, box: [left * width, top * height, right * width, bottom * height] };
  });
}

function cornersOf({ box }: DrawnPicture): number[] {
  return [box.x, box.y, box.x + box.width, box.y + box.height];
}

/** Intersection over union of two boxes given as left, top, right, bottom. */
function overlap(one: number[], other: number[]): number {
  const [left = 0, top = 0, right = 0, bottom = 0] = one;
  const [otherLeft = 0, otherTop = 0, otherRight = 0, otherBottom = 0] = other;
  const width = Math.max(0, Math.min(right, otherRight) - Math.max(left, otherLeft));
  const height = Math.max(0, Math.min(bottom, otherBottom) - Math.max(top, otherTop));
  const area = (right - left) * (bottom - top) + (otherRight - otherLeft) * (otherBottom - otherTop);
  return (width * height) / (area - width * height);
}
