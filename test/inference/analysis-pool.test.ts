import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Worker } from 'node:worker_threads';
import sharp from 'sharp';
import { AppError } from '../../src/errors.ts';
import type { Analysis, Task } from '../../src/inference/analysis.ts';
import { type AnalysisPool, createAnalysisPool } from '../../src/inference/pool/analysis-pool.ts';
import { collectGarbage } from '../../src/inference/pool/collect-garbage.ts';
import { intersectionOverUnion } from '../../src/inference/postprocessing/non-maximum-suppression.ts';
import { DRAWN_FONTS, type DrawnPicture, drawClock, drawStopSign, drawWords } from '../drawn-pictures.ts';

const options = {
  engine: { name: 'embedded' } as const,
  modelsDir: fileURLToPath(new URL('../../models', import.meta.url)),
  maxPixels: 100_000_000,
  maxQueue: 128,
  analysisMs: 60_000,
  workers: 2,
};
const everything = { tasks: ['objects', 'text'] as Task[], minScore: 0.5 };

const workers: Worker[] = [];
process.on('worker', (worker: Worker) => workers.push(worker));

let pool: AnalysisPool;
before(async () => {
  pool = createAnalysisPool(options);
  await pool.ready();
});
after(() => pool.close());

/** Asks as a probe does, and sends no photo meanwhile. */
async function readyAgain(pool: AnalysisPool): Promise<void> {
  for (let asked = 1; asked < 100; asked++) {
    const ready = await pool.ready().then(
      () => true,
      () => false,
    );
    if (ready) return;
    await delay(100);
  }
  await pool.ready();
}

const textOf = ({ lines }: Analysis) => lines.map(({ text }) => text);

function bestOf({ detections }: Analysis, label: string) {
  return detections.find((detection) => detection.label === label) ?? assert.fail(`no ${label}`);
}

async function assertFound(picture: DrawnPicture, label: string, least: number): Promise<Analysis> {
  const analysis = await pool.analyse(picture.png, everything);
  const { score, box } = bestOf(analysis, label);
  assert.ok(score >= least, `${label} scores ${score}`);
  const overlap = intersectionOverUnion(box, picture.box);
  assert.ok(overlap > 0.85, `${label} at ${JSON.stringify(box)} overlaps by ${overlap}`);
  assert.deepEqual([analysis.width, analysis.height], [picture.width, picture.height]);
  return analysis;
}

describe('analysis of a drawn picture', () => {
  test('finds a stop sign and reads it', async () => {
    const analysis = await assertFound(drawStopSign(), 'stop sign', 0.8);
    assert.deepEqual(textOf(analysis), ['STOP']);
    const [line] = analysis.lines;
    assert.ok(line && line.score > 0.9);
    const middle = line.polygon.reduce(([x, y], [px, py]) => [x + px / 4, y + py / 4], [0, 0]);
    assert.ok(Math.hypot(middle[0] - 640 * 0.42, middle[1] - 480 * 0.4) < 10, String(middle));
    assert.deepEqual(Object.keys(analysis.models).sort(), [
      'object_detector',
      'text_detector',
      'text_recognizer',
    ]);
    assert.equal(analysis.engine, 'embedded');
    assert.ok(analysis.timings.totalMs > 0 && analysis.timings.detectMs > 0 && analysis.timings.readMs > 0);
  });

  test('finds a clock, wide and tall', async () => {
    await assertFound(drawClock(), 'clock', 0.7);
    await assertFound(drawClock({ width: 500, height: 700 }), 'clock', 0.5);
    await assertFound(drawStopSign({ width: 2400, height: 1350 }), 'stop sign', 0.6);
  });

  for (const font of DRAWN_FONTS) {
    test(`reads words in ${font}`, async () => {
      const lines = ['Hello brave new world', 'Total 12.50 EUR', 'Please ring the bell'];
      const analysis = await pool.analyse(drawWords(lines, { font, size: 28 }).png, everything);
      // Widely set words may come as lines of their own.
      assert.equal(textOf(analysis).join(' '), lines.join(' '));
    });
  }

  test('reads small, light, tilted and upright words', async () => {
    const read = async (text: string, how: Parameters<typeof drawWords>[1]) =>
      textOf(await pool.analyse(drawWords(text, how).png, everything)).join(' ');
    assert.equal(await read('small print matters', { size: 14 }), 'small print matters');
    assert.equal(await read('white on blue', { ink: '#ffffff', ground: '#1c3f94' }), 'white on blue');
    assert.equal(await read('going uphill', { turn: -20, size: 40 }), 'going uphill');
    assert.equal(await read('going downhill', { turn: 30, size: 40 }), 'going downhill');
    assert.equal(await read('downward', { turn: 90, size: 48 }), 'downward');
    assert.equal(await read('upward', { turn: -90, size: 48 }), 'upward');
  });

  test('does only what is asked for', async () => {
    const { png } = drawStopSign();
    const objects = await pool.analyse(png, { tasks: ['objects'], minScore: 0.5 });
    const text = await pool.analyse(png, { tasks: ['text'], minScore: 0.5 });
    const none = await pool.analyse(png, { tasks: ['objects'], minScore: 1 });
    assert.deepEqual([objects.lines, objects.timings.readMs], [[], 0]);
    assert.deepEqual([text.detections, textOf(text), text.timings.detectMs], [[], ['STOP'], 0]);
    assert.deepEqual(none.detections, []);
    const all = await pool.analyse(png, { tasks: ['objects'], minScore: 0 });
    assert.ok(all.detections.length > 20);
    const scores = all.detections.map(({ score }) => score);
    assert.deepEqual(
      scores,
      [...scores].sort((a, b) => b - a),
    );
  });

  test('finds nothing in pictures without content', async () => {
    for (const [width, height] of [
      [1, 1],
      [3, 2000],
      [20_000, 1],
    ] as const) {
      const plain = { create: { width, height, channels: 3 as const, background: '#aabbcc' } };
      const analysis = await pool.analyse(await sharp(plain).png().toBuffer(), everything);
      assert.deepEqual([analysis.width, analysis.height, analysis.lines], [width, height, []]);
    }
  });
});

test('interleaved calls never mix their answers', async () => {
  const words = ['alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot', 'golf', 'hotel', 'india', 'kilo'];
  const files = words.map((word, i) => ({
    word,
    width: 400 + i * 10,
    drawn: drawWords(word, { width: 400 + i * 10, height: 200 }),
  }));
  const rounds = [...files, ...files, ...files].map(async ({ word, width, drawn }) => {
    const [analysis, intake] = await Promise.all([
      pool.analyse(drawn.png, everything),
      pool.intake(drawn.png),
    ]);
    assert.deepEqual([textOf(analysis), analysis.width, intake.width], [[word], width, width]);
  });
  await Promise.all(rounds);
});

describe('the pool', () => {
  test('refuses what is no photo, with the same errors as inside a worker', async () => {
    const refused = (code: string) => (error: unknown) => error instanceof AppError && error.code === code;
    const { png } = drawClock();
    const half = png.subarray(0, png.length >> 1);
    for (const call of [
      (photo: Buffer) => pool.analyse(photo, everything),
      (photo: Buffer) => pool.intake(photo),
      (photo: Buffer) => pool.annotate(photo, { detections: [], lines: [] }),
    ]) {
      await assert.rejects(call(Buffer.from('hello')), refused('unsupported_image'));
      await assert.rejects(call(half), refused('broken_image'));
    }
  });

  test('takes large memory over and leaves what is shared alone', async () => {
    const { png } = drawClock();
    const own = Buffer.allocUnsafeSlow(png.length);
    png.copy(own);
    const found = await pool.analyse(own, everything);
    assert.equal(own.length, 0);

    const small = await sharp(png).resize(64, 64).png().toBuffer();
    const shared = Buffer.allocUnsafe(small.length);
    const neighbour = Buffer.from('next to it');
    small.copy(shared);
    await pool.intake(shared);
    assert.deepEqual(shared, small);
    assert.equal(neighbour.toString(), 'next to it');
    assert.deepEqual((await pool.analyse(png, everything)).detections, found.detections);
  });

  test('makes thumbnails and annotated files', async () => {
    const { png } = drawStopSign({ width: 960, height: 720 });
    const thumbnail = await sharp(await pool.thumbnail(png)).metadata();
    assert.deepEqual([thumbnail.format, thumbnail.width, thumbnail.height], ['webp', 480, 360]);
    const annotated = await sharp(await pool.annotate(png, await pool.analyse(png, everything))).metadata();
    assert.deepEqual([annotated.format, annotated.width, annotated.height], ['jpeg', 960, 720]);
  });

  test('works on one picture at a time that takes much memory', async () => {
    const square = (side: number) =>
      sharp({ create: { width: side, height: side, channels: 3, background: '#777777' } })
        // All of it stands in memory, three bytes a pixel, before its last row is complete.
        .png({ progressive: true })
        .toBuffer();
    const annotateFour = (file: Buffer) =>
      Promise.all([0, 1, 2, 3].map(() => pool.annotate(Buffer.from(file), { detections: [], lines: [] })));
    await annotateFour(await square(1000));
    const [side, large] = [5000, await square(5000)];
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 10);
    await annotateFour(large);
    clearInterval(watch);
    const perPixel = (bytes: number) => (bytes - before) / side ** 2;
    // One takes eight to ten; four side by side took twenty.
    assert.ok(perPixel(most) < 14, `${perPixel(most)} bytes for each pixel`);
  });

  test('has a thread give back what native modules held', async () => {
    const side = 4000;
    const decode = async () => {
      const background = { r: 1, g: 2, b: 3 };
      const { data } = await sharp({ create: { width: side, height: side, channels: 3, background } })
        .raw()
        .toBuffer({ resolveWithObject: true });
      return { length: data.length, external: process.memoryUsage().external };
    };
    const { length, external } = await decode();
    await collectGarbage();
    const given = external - process.memoryUsage().external;
    assert.ok(given >= length, `${given} of ${length} bytes`);
  });

  test('with a full queue refuses at once and goes on', async () => {
    const small = createAnalysisPool({ ...options, workers: 1, maxQueue: 1 });
    try {
      const { png } = drawClock();
      const calls = Array.from({ length: 6 }, () => small.analyse(png, everything));
      const results = await Promise.allSettled(calls);
      const refused = results.filter(
        ({ status, ...rest }) =>
          status === 'rejected' &&
          'reason' in rest &&
          rest.reason instanceof AppError &&
          rest.reason.code === 'overloaded',
      );
      assert.equal(refused.length, 2); // The thread has two at a time, one is ready to follow, one waits.
      assert.equal((await small.analyse(png, everything)).detections[0]?.label, 'clock');
    } finally {
      await small.close();
    }
  });

  test('outlives its workers: their photos are refused, the next ones are analysed', async () => {
    const mortal = createAnalysisPool({ ...options, workers: 1 });
    try {
      await mortal.ready();
      const worker = workers.at(-1) ?? assert.fail();
      const { png } = drawClock();
      const gone = once(worker, 'exit');
      // First: a thread that is ended inside a native library may take the whole process with it.
      void worker.terminate();
      const interrupted = assert.rejects(
        mortal.analyse(png, everything),
        (error) => error instanceof AppError && error.code === 'analysis_interrupted',
      );
      await Promise.all([interrupted, gone]);
      assert.equal((await mortal.analyse(png, everything)).detections[0]?.label, 'clock');
    } finally {
      await mortal.close();
    }
  });

  test('replaces every thread that dies, also while there are no photos', async () => {
    const mortal = createAnalysisPool(options);
    try {
      await mortal.ready();
      await Promise.all(workers.slice(-2).map((worker) => worker.terminate()));
      await assert.rejects(mortal.ready(), (error) => error instanceof AppError);
      await readyAgain(mortal);
    } finally {
      await mortal.close();
    }
  });

  test('is not ready while its only worker has no models, and is again when they are back', async () => {
    const modelsDir = await mkdtemp(path.join(tmpdir(), 'detectx-models-'));
    await cp(options.modelsDir, modelsDir, { recursive: true });
    const pool = createAnalysisPool({ ...options, modelsDir, workers: 1 });
    try {
      await pool.ready();
      const manifest = path.join(modelsDir, 'manifest.json');
      await rename(manifest, `${manifest}.away`);
      await workers.at(-1)?.terminate();
      const unavailable = (error: unknown) =>
        error instanceof AppError && error.code === 'engine_unavailable';
      await assert.rejects(pool.ready(), unavailable);
      await assert.rejects(pool.analyse(drawClock().png, everything), unavailable);
      await assert.rejects(pool.ready(), unavailable);
      await rename(`${manifest}.away`, manifest);
      await readyAgain(pool);
      assert.equal((await pool.analyse(drawClock().png, everything)).detections[0]?.label, 'clock');
    } finally {
      await pool.close();
      await rm(modelsDir, { recursive: true, force: true });
    }
  });

  test('starts in a process with flags that no thread takes', async () => {
    const file = new URL('../../src/inference/pool/analysis-pool.ts', import.meta.url);
    const script = `
      const { createAnalysisPool } = await import('${file}');
      const pool = createAnalysisPool(${JSON.stringify({ ...options, workers: 1 })});
      await pool.ready();
      console.log('ready');
      await pool.close();`;
    const flags = ['--no-incremental-marking', '--import', import.meta.resolve('tsx')];
    const program = ['--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, ...program]);
    assert.equal(stdout.trim(), 'ready');
  });

  test('can be closed in the midst of work, which is finished where it has begun', async () => {
    const file = new URL('../../src/inference/pool/analysis-pool.ts', import.meta.url);
    // In a process of its own: a thread that is ended inside a native library takes the process with it.
    const script = `
      const { createAnalysisPool } = await import('${file}');
      const { drawClock } = await import('${new URL('../drawn-pictures.ts', import.meta.url)}');
      const pool = createAnalysisPool(${JSON.stringify({ ...options, maxQueue: 4 })});
      await pool.ready();
      const results = Array.from({ length: 9 }, (_, i) =>
        pool.analyse(drawClock().png, { tasks: i % 2 ? ['objects'] : ['objects', 'text'], minScore: 0.5 })
          .then(({ detections }) => detections[0].label, ({ code }) => code));
      await results[1];
      await pool.close();
      console.log((await Promise.all(results)).join());`;
    const program = ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', script];
    for (let time = 0; time < 3; time++) {
      const { stdout } = await promisify(execFile)(process.execPath, program);
      const results = stdout.trim().split(',');
      assert.equal(results.length, 9);
      assert.ok(results.filter((result) => result === 'clock').length >= 2, stdout);
      assert.deepEqual(
        results.filter((result) => !/^(clock|analysis_interrupted)$/.test(result)),
        [],
      );
    }
  });

  test('can be closed while it starts', async () => {
    const early = createAnalysisPool(options);
    await Promise.all([early.close(), assert.rejects(early.ready(), AppError)]);
  });

  test('says why it cannot start', async () => {
    const homeless = createAnalysisPool({ ...options, modelsDir: '/nowhere', workers: 1 });
    try {
      await assert.rejects(homeless.ready(), (error) => error instanceof AppError);
      const refusal = homeless.analyse(drawClock().png, everything);
      await assert.rejects(
        refusal,
        (error) => error instanceof AppError && error.code === 'engine_unavailable',
      );
    } finally {
      await homeless.close();
    }
  });
});
