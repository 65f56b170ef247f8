import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { InferenceSession } from 'onnxruntime-node';
import type { ModelName, TensorSignature } from '../../src/inference/model-manifest.ts';
import { type ExportedModels, exportForTest } from './sessions.ts';

const EXPECTED: Record<ModelName, { inputs: string[]; outputs: string[] }> = {
  object_detector: {
    inputs: ['input_tensor uint8 1,H,W,3'],
    outputs: [
      'detection_boxes float32 1,100,4',
      'detection_scores float32 1,100',
      'detection_classes float32 1,100',
      'num_detections float32 1',
    ],
  },
  text_detector: { inputs: ['image uint8 N,H,W,3'], outputs: ['map uint8 N,H,W'] },
  text_recognizer: {
    inputs: ['image uint8 N,48,W,3'],
    outputs: ['char_ids int32 N,T', 'char_scores float32 N,T', 'space_scores float32 N,T'],
  },
};

let models: ExportedModels;
before(async () => {
  models = await exportForTest('latin');
});
after(() => models.remove());

for (const name of Object.keys(EXPECTED) as ModelName[]) {
  test(`${name} has its signature in the manifest and in the file`, async () => {
    const described = models.manifest.models[name];
    const session = await models.open(name);
    assert.deepEqual(described.inputs.map(spell), EXPECTED[name].inputs);
    assert.deepEqual(described.outputs.map(spell), EXPECTED[name].outputs);
    assert.deepEqual(session.inputMetadata.map(spellMetadata), EXPECTED[name].inputs);
    assert.deepEqual(session.outputMetadata.map(spellMetadata), EXPECTED[name].outputs);
  });
}

test('the manifest names the 80 classes of COCO by their ids with gaps', () => {
  const { labels } = models.manifest.models.object_detector;
  const byId = new Map(labels.map(({ id, name }) => [id, name]));
  assert.equal(labels.length, 80);
  assert.equal(new Set(byId.values()).size, 80);
  assert.deepEqual(
    [1, 12, 13, 44, 67, 90].map((id) => byId.get(id)),
    ['person', undefined, 'stop sign', 'bottle', 'dining table', 'toothbrush'],
  );
});

test('the Latin charset holds what Latin texts are written with, and nothing Chinese', () => {
  const { charset, blankId, spaceId } = models.manifest.models.text_recognizer;
  const characters = new Set(charset);
  assert.equal(charset[blankId], '');
  assert.equal(charset[spaceId], ' ');
  const ascii = Array.from({ length: 0x7f - 0x21 }, (_, index) => String.fromCharCode(0x21 + index));
  assert.deepEqual(
    [...ascii, 'é', 'ü', '¥', '£', '’', '—'].filter((character) => !characters.has(character)),
    [],
  );
  assert.ok(!charset.some((character) => /\p{Script=Han}/u.test(character)));
});

function spell({ name, dtype, shape }: TensorSignature): string {
  return `${name} ${dtype} ${shape.join()}`;
}

function spellMetadata(metadata: InferenceSession.ValueMetadata): string {
  assert.ok(metadata.isTensor);
  return `${metadata.name} ${metadata.type} ${metadata.shape.join()}`;
}
