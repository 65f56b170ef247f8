import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { AppError, type ErrorCode } from '../../src/errors.ts';
import { readHeader } from '../../src/imaging/decode.ts';
import type { Effort, Engine, EngineName, Tensor, Tensors } from '../../src/inference/engine.ts';
import {
  loadModelManifest,
  MODEL_NAMES,
  type ModelManifest,
  type ModelName,
} from '../../src/inference/model-manifest.ts';
import type { EngineSurroundings } from '../../src/inference/open-engine.ts';
import { PAGE_PIXELS, PhotoAnalyser } from '../../src/inference/photo-analyser.ts';
import { intersectionOverUnion } from '../../src/inference/postprocessing/non-maximum-suppression.ts';
import { type DrawnPicture, drawClock, drawStopSign, drawWords } from '../drawn-pictures.ts';

/** Two sizes that each model takes, as height and width in pixels. */
const SIZES: Record<ModelName, [height: number, width: number][]> = {
  object_detector: [
    [288, 512],
    [512, 384],
  ],
  text_detector: [
    [96, 160],
    [320, 256],
  ],
  text_recognizer: [
    [48, 120],
    [48, 320],
  ],
};

const MAX_PIXELS = 10_000_000;

const EFFORT: Effort = { cores: 'one', deadline: Number.POSITIVE_INFINITY };

/**
 * What every engine promises, over the models of the models folder.
 *
 * @param open opens the engine, and whatever it needs to reach the models.
 * @param skip why the engine cannot be had here.
 */
export function testEngineContract(
  name: EngineName,
  open: (models: Omit<EngineSurroundings, 'openPort'>) => Promise<Engine>,
  skip: string | false = false,
): void {
  describe(`the engine ${name}`, { skip }, () => {
    const modelsDir = fileURLToPath(new URL('../../models', import.meta.url));
    let manifest: ModelManifest;
    let engine: Engine;
    before(async () => {
      manifest = await loadModelManifest(modelsDir);
      engine = await open({ modelsDir, manifest });
    });
    after(() => engine?.close());

    test('has its name', () => assert.equal(engine.name, name));

    for (const model of MODEL_NAMES) {
      test(`answers for the ${model} at any size, with its signature and its version`, async () => {
        const { outputs: described, version } = manifest.models[model];
        for (const [height, width] of SIZES[model]) {
          for (const cores of ['all', 'one'] as const) {
            const prediction = await engine.predict(model, noise(manifest, model, height, width), {
              ...EFFORT,
              cores,
            });
            assert.equal(prediction.version, version);
            const sizes = new Map<string, number>([
              ['N', 1],
              ['H', height],
              ['W', width],
              ['T', width / 8],
            ]);
            const expected = described.map(({ name, dtype, shape }) => {
              const dimensions = shape.map((size) => (typeof size === 'number' ? size : sizes.get(size)));
              return [name, dtype, dimensions];
            });
            assert.deepEqual(spell(prediction.outputs), expected.sort(byName));
          }
        }
      });
    }

    const find = async ({ png, box }: DrawnPicture, label: string, least: number) => {
      const analyser = new PhotoAnalyser(engine, manifest);
      const { detections } = await analyser.look(
        png,
        await readHeader(png, MAX_PIXELS),
        { tasks: ['objects'], minScore: 0.3 },
        EFFORT,
      );
      const [best] = detections;
      assert.equal(best?.label, label);
      assert.ok(best.score > least, `${label} scores ${best.score}`);
      assert.ok(intersectionOverUnion(best.box, box) > 0.85, JSON.stringify(best.box));
    };
    const read = async ({ png }: DrawnPicture) => {
      const analyser = new PhotoAnalyser(engine, manifest);
      const memory = new SharedArrayBuffer(PAGE_PIXELS * 3);
      const { page, regions } = await analyser.look(
        png,
        await readHeader(png, MAX_PIXELS),
        { tasks: ['text'], minScore: 1 },
        EFFORT,
        memory,
      );
      const { lines } = await analyser.read(page ?? assert.fail(), memory, regions, EFFORT);
      return lines.map((line) => line?.text);
    };

    test('finds what is drawn, where it is drawn', async () => {
      await find(drawStopSign(), 'stop sign', 0.9);
      await find(drawClock({ width: 500, height: 700 }), 'clock', 0.5);
    });

    test('reads what is written', async () => {
      const lines = ['Hello brave new world', 'Total 12.50 EUR'];
      assert.deepEqual(await read(drawWords(lines, { size: 28 })), lines);
    });

    test('never mixes up the answers of calls that come at once', async () => {
      const words = ['alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot', 'golf', 'hotel'];
      await Promise.all([
        ...words.map(async (word, i) => {
          assert.deepEqual(await read(drawWords(word, { width: 400 + i * 10, height: 200 })), [word]);
        }),
        find(drawStopSign(), 'stop sign', 0.9),
        find(drawClock(), 'clock', 0.7),
      ]);
    });

    describe('refuses inputs that do not fit the model, and goes on', () => {
      const picture = (shape: number[]): Tensor => ({
        dtype: 'uint8',
        shape,
        data: new Uint8Array(shape.reduce((product, size) => product * size, 1)),
      });
      const wrong: [string, (inputName: string) => Tensors][] = [
        ['a dimension too few', (input) => ({ [input]: picture([48, 160, 3]) })],
        ['a channel too many', (input) => ({ [input]: picture([1, 48, 160, 4]) })],
        ['another name', () => ({ photo: picture([1, 48, 160, 3]) })],
        [
          'another type',
          (input) => ({
            [input]: { dtype: 'float32', shape: [1, 48, 160, 3], data: new Float32Array(48 * 160 * 3) },
          }),
        ],
      ];
      for (const [what, inputs] of wrong) {
        test(what, async () => {
          for (const model of MODEL_NAMES) {
            const input = manifest.models[model].inputs[0]?.name ?? assert.fail();
            await assert.rejects(engine.predict(model, inputs(input), EFFORT), refused('analysis_failed'));
            const [height, width] = SIZES[model][0] ?? assert.fail();
            await engine.predict(model, noise(manifest, model, height, width), EFFORT);
          }
        });
      }
    });

    test('answers nothing more when it is closed, and can be opened again', async () => {
      const again = await open({ modelsDir, manifest });
      const inputs = noise(manifest, 'text_recognizer', 48, 120);
      await again.predict('text_recognizer', inputs, EFFORT);
      await again.close();
      await assert.rejects(again.predict('text_recognizer', inputs, EFFORT), AppError);
      const third = await open({ modelsDir, manifest });
      await third.predict('text_recognizer', inputs, EFFORT);
      await third.close();
    });
  });
}

function refused(code: ErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof AppError && error.code === code;
}

/** A picture of noise, the same one for a size. */
function noise({ models }: ModelManifest, model: ModelName, height: number, width: number): Tensors {
  const name = models[model].inputs[0]?.name ?? assert.fail();
  let state = height * width;
  const data = Uint8Array.from({ length: height * width * 3 }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    return state >> 16;
  });
  return { [name]: { dtype: 'uint8', shape: [1, height, width, 3], data } };
}

/** Name, type and shape of every tensor; a tensor that does not fill its shape fails. */
function spell(tensors: Tensors): [string, string, readonly number[]][] {
  return Object.entries(tensors)
    .map(([name, { dtype, shape, data }]): [string, string, readonly number[]] => {
      assert.equal(
        data.length,
        shape.reduce((product, size) => product * size, 1),
      );
      return [name, dtype, shape];
    })
    .sort(byName);
}

function byName([a]: readonly unknown[], [b]: readonly unknown[]): number {
  return String(a).localeCompare(String(b));
}
