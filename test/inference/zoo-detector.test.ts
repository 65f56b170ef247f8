import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sharp from 'sharp';
import { readHeader } from '../../src/imaging/decode.ts';
import type { DetectorSettings } from '../../src/inference/detector-settings.ts';
import { withDetector } from '../../src/inference/detector-settings.ts';
import type { Engine, Tensor } from '../../src/inference/engine.ts';
import { loadModelManifest } from '../../src/inference/model-manifest.ts';
import { PhotoAnalyser } from '../../src/inference/photo-analyser.ts';
import { COCO_LABELS } from '../../src/model-export/coco-labels.ts';
import { MODELS_DIR } from '../../src/project-root.ts';

interface Found {
  id: number;
  score: number;
  /** ymin, xmin, ymax, xmax, 0 to 1 of the picture. */
  box: [number, number, number, number];
}

/** Answers as the models of the zoo do: a hundred places, outputs that nobody asked for, best first or not. */
function zooEngine(found: readonly Found[]): { engine: Engine; shapes: (readonly number[])[] } {
  const shapes: (readonly number[])[] = [];
  const floats = (shape: number[], values: readonly number[]): Tensor => {
    const data = new Float32Array(shape.reduce((product, side) => product * side, 1));
    data.set(values);
    return { dtype: 'float32', shape, data };
  };
  const outputs = {
    detection_anchor_indices: floats([1, 100], []),
    detection_boxes: floats(
      [1, 100, 4],
      found.flatMap(({ box }) => box),
    ),
    detection_classes: floats(
      [1, 100],
      found.map(({ id }) => id),
    ),
    detection_multiclass_scores: floats([1, 100, 91], []),
    detection_scores: floats(
      [1, 100],
      found.map(({ score }) => score),
    ),
    num_detections: floats([1], [found.length]),
    raw_detection_boxes: floats([1, 51_150, 4], []),
    raw_detection_scores: floats([1, 51_150, 91], []),
  };
  const engine: Engine = {
    name: 'tensorflow-serving',
    computesHere: false,
    callsAtOnce: 1,
    async predict(_model, { input_tensor: picture }) {
      shapes.push(picture?.shape ?? []);
      return { outputs, version: '1' };
    },
    async close() {},
  };
  return { engine, shapes };
}

async function detect(
  [width, height]: [number, number],
  settings: DetectorSettings,
  found: readonly Found[] = [],
  minScore = 0,
) {
  const { engine, shapes } = zooEngine(found);
  const manifest = withDetector(await loadModelManifest(MODELS_DIR), settings);
  const analyser = new PhotoAnalyser(engine, manifest);
  const photo = await sharp({ create: { width, height, channels: 3, background: '#336699' } })
    .png()
    .toBuffer();
  const options = { tasks: ['objects' as const], minScore };
  const { detections } = await analyser.look(photo, await readHeader(photo, 100_000_000), options, {
    cores: 'one',
    deadline: Infinity,
  });
  return { detections, shape: shapes[0] };
}

describe('the size that a photo is sent in', () => {
  const sizes: [[number, number], number[]][] = [
    [
      [1280, 960],
      [1, 480, 640, 3],
    ],
    [
      [960, 1280],
      [1, 640, 480, 3],
    ],
    [
      [1919, 1080],
      [1, 360, 640, 3],
    ],
    [
      [640, 427],
      [1, 427, 640, 3],
    ],
    [
      [333, 201],
      [1, 201, 333, 3],
    ],
    [
      [4000, 2],
      [1, 1, 640, 3],
    ],
    [
      [1, 1],
      [1, 1, 1, 3],
    ],
  ];
  for (const [photo, shape] of sizes) {
    test(`is ${shape} for ${photo} where the model resizes inside`, async () => {
      assert.deepEqual((await detect(photo, { longestSide: 640 })).shape, shape);
    });
  }

  test("is the own detector's where nothing is set: 512 at the longest side, padded to 32", async () => {
    assert.deepEqual((await detect([1280, 960], {})).shape, [1, 384, 512, 3]);
    assert.deepEqual((await detect([300, 200], {})).shape, [1, 352, 512, 3]);
  });
});

describe('the answer of a model of the zoo', () => {
  const found: Found[] = [
    { id: 18, score: 0.4, box: [0, 0, 0.5, 0.25] },
    { id: 13, score: 0.9, box: [0.25, 0.5, 0.75, 1] },
    { id: 12, score: 0.8, box: [0, 0, 1, 1] },
    { id: 90, score: 0.3, box: [0.1, 0.1, 0.2, 0.2] },
    { id: 1, score: 0.6, box: [-0.1, 0.9, 0.2, 1.3] },
  ];

  test('is told by labels with gaps, best first, in pixels of the photo', async () => {
    const { detections } = await detect([1280, 960], { labels: COCO_LABELS, longestSide: 640 }, found);
    const told = detections.map(({ label, box: { x, y, width, height } }) => [
      label,
      ...[x, y, width, height].map(Math.round),
    ]);
    assert.deepEqual(told, [
      ['stop sign', 640, 240, 640, 480],
      ['person', 1152, 0, 128, 192],
      ['dog', 0, 0, 320, 480],
      ['toothbrush', 128, 96, 128, 96],
    ]);
  });

  test('is told by the labels of another label map alone', async () => {
    const labels = [
      { id: 12, name: 'ace' },
      { id: 13, name: 'king' },
    ];
    const { detections } = await detect([640, 480], { labels, longestSide: 640 }, found);
    assert.deepEqual(
      detections.map(({ label }) => label),
      ['king', 'ace'],
    );
  });

  test('is kept from the threshold of its label or of the call on, whichever is higher', async () => {
    const minScores = new Map([
      ['dog', 0.5],
      ['person', 0.5],
      ['toothbrush', 0.1],
    ]);
    const kept = async (minScore: number) => {
      const { detections } = await detect([640, 480], { longestSide: 640, minScores }, found, minScore);
      return detections.map(({ label }) => label);
    };
    assert.deepEqual(await kept(0), ['stop sign', 'person', 'toothbrush']);
    assert.deepEqual(await kept(0.35), ['stop sign', 'person']);
    assert.deepEqual(await kept(0.7), ['stop sign']);
  });
});
