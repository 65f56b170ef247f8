import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createLogger } from '../../src/logger.ts';
import { AnalysisLog, type AnalysisLogOptions } from '../../src/mlflow/analysis-log.ts';
import { parseTrackingAddress } from '../../src/mlflow/tracking-address.ts';
import { ApiClient } from '../api-client.ts';
import { drawWords } from '../drawn-pictures.ts';
import { memberBrowser } from '../http/browser.ts';
import { startTestApp } from '../test-app.ts';
import { MlflowStandIn } from './stand-in.ts';

const ANALYSIS = {
  engine: 'embedded',
  models: { object_detector: '1' },
  timings: { decodeMs: 8, detectMs: 35, readMs: 0, totalMs: 43 },
};

describe('log of analyses in MLflow', () => {
  let mlflow: MlflowStandIn;

  beforeEach(async () => {
    mlflow = await MlflowStandIn.start();
  });
  afterEach(() => mlflow.close());

  function newLog(options: Partial<AnalysisLogOptions> = {}): AnalysisLog {
    const address = parseTrackingAddress(`http://ada:se%20cret@${mlflow.host}/tracking/`);
    assert.ok(address);
    const logger = createLogger('silent', false);
    return new AnalysisLog({ address, logger, maxWaiting: 1000, gatherMs: 20, closeMs: 1000, ...options });
  }

  async function until(holds: () => boolean): Promise<void> {
    for (let waited = 0; !holds(); waited += 10) {
      assert.ok(waited < 10_000, 'it never came to that');
      await delay(10);
    }
  }

  test('begins a run with its parameters, logs in batches, and ends the run', async () => {
    const log = newLog();
    for (let i = 0; i < 250; i++) log.note(ANALYSIS);
    await log.close();
    assert.deepEqual(
      mlflow.calls.map(({ what }) => what),
      [
        'GET experiments/get-by-name',
        'POST experiments/create',
        'POST runs/create',
        'POST runs/log-batch',
        'POST runs/log-batch',
        'POST runs/update',
      ],
    );
    const [, create, begin, batch, another] = mlflow.calls;
    assert.deepEqual(create?.body, { name: 'DetectX' });
    assert.equal(begin?.body.experiment_id, '7');
    assert.equal(batch?.body.run_id, 'run-0');
    assert.deepEqual(batch.body.params, [
      { key: 'engine', value: 'embedded' },
      { key: 'object_detector', value: '1' },
    ]);
    assert.equal(another?.body.params, undefined);
    assert.equal(mlflow.metrics.length, 750);
    // No text was looked for, so no time of reading was measured.
    assert.deepEqual(mlflow.metrics.slice(0, 4), [
      'decode_ms 0 8',
      'detect_ms 0 35',
      'total_ms 0 43',
      'decode_ms 1 8',
    ]);
    assert.equal(mlflow.metrics.at(-1), 'total_ms 249 43');
    assert.deepEqual([...mlflow.runs.values()], ['FINISHED']);
    assert.equal(begin?.authorization, `Basic ${Buffer.from('ada:se cret').toString('base64')}`);
  });

  test('keeps one run for each set of versions', async () => {
    const log = newLog();
    for (const version of ['1', '2', '1']) log.note({ ...ANALYSIS, models: { object_detector: version } });
    await log.close();
    assert.equal(mlflow.runs.size, 2);
    assert.deepEqual(
      mlflow.metrics.filter((metric) => metric.startsWith('total_ms')),
      ['total_ms 0 43', 'total_ms 1 43', 'total_ms 0 43'],
    );
  });

  test('puts photos without text, and those that only text was read from, to the run of the same versions', async () => {
    const log = newLog();
    const [objects, regions, words] = [
      { object_detector: '1' },
      { text_detector: '1' },
      { text_recognizer: '1' },
    ];
    const noted = [
      { ...objects, ...regions },
      { ...objects, ...regions, ...words },
      { ...regions, ...words },
      objects,
      { ...regions, object_detector: '2' },
      // Of the two runs that this may belong to the latest.
      { ...regions, ...words },
      { ...objects, ...regions, ...words },
    ];
    for (const models of noted) log.note({ ...ANALYSIS, models });
    log.note({ ...ANALYSIS, engine: 'tfjs-node' });
    await log.close();
    const batches = mlflow.calls.filter(({ what }) => what === 'POST runs/log-batch').map(({ body }) => body);
    assert.deepEqual(
      batches.map(({ run_id, metrics, params }) => [
        run_id,
        (metrics as { key: string }[]).filter(({ key }) => key === 'total_ms').length,
        (params as { key: string; value: string }[]).map(({ key, value }) => `${key} ${value}`).sort(),
      ]),
      [
        ['run-0', 5, ['engine embedded', 'object_detector 1', 'text_detector 1', 'text_recognizer 1']],
        ['run-1', 2, ['engine embedded', 'object_detector 2', 'text_detector 1', 'text_recognizer 1']],
        ['run-2', 1, ['engine tfjs-node', 'object_detector 1']],
      ],
    );
  });

  test('tells a run of a model once the first photo has met it', async () => {
    const log = newLog();
    log.note(ANALYSIS);
    await until(() => mlflow.metrics.length === 3);
    log.note({ ...ANALYSIS, models: { ...ANALYSIS.models, text_detector: '1' } });
    await log.close();
    assert.equal(mlflow.runs.size, 1);
    assert.deepEqual(mlflow.calls.filter(({ what }) => what === 'POST runs/log-batch')[1]?.body.params, [
      { key: 'text_detector', value: '1' },
    ]);
    assert.deepEqual(mlflow.metrics.slice(-4), [
      'decode_ms 1 8',
      'detect_ms 1 35',
      'read_ms 1 0',
      'total_ms 1 43',
    ]);
  });

  test('tries again until the server is back, and begins another run where that was deleted', async () => {
    const log = newLog();
    mlflow.fault = 503;
    log.note(ANALYSIS);
    await delay(100);
    mlflow.fault = null;
    await until(() => mlflow.metrics.length === 3);
    mlflow.runs.delete('run-0');
    mlflow.runs.set('of somebody else', 'RUNNING');
    log.note(ANALYSIS);
    await until(() => mlflow.metrics.length === 6);
    assert.ok(mlflow.runs.has('run-1'));
    mlflow.runs.set('run-1', 'DELETED');
    log.note(ANALYSIS);
    await until(() => mlflow.metrics.length === 9);
    assert.ok(mlflow.runs.has('run-2'));
    await log.close();
  });

  test('keeps its run where a call is refused for now, or fails right after the run was made', async () => {
    for (const status of [401, 429, 503]) {
      const log = newLog();
      mlflow.runs.clear();
      mlflow.calls.length = 0;
      mlflow.fault = status;
      mlflow.faultyPath = 'runs/log-batch';
      log.note(ANALYSIS);
      await until(() => mlflow.runs.size > 0);
      await delay(100);
      mlflow.fault = null;
      await until(() => mlflow.metrics.length === 3);
      const params = mlflow.calls.find(({ what }) => what === 'POST runs/log-batch')?.body.params;
      assert.equal((params as unknown[]).length, 2);
      await log.close();
      assert.deepEqual([...mlflow.runs], [['run-0', 'FINISHED']], String(status));
    }
  });

  test('restores an experiment that somebody has deleted', async () => {
    mlflow.experiment = { name: 'DetectX', stage: 'deleted' };
    const log = newLog();
    log.note(ANALYSIS);
    await log.close();
    assert.equal(mlflow.metrics.length, 3);
    assert.equal(mlflow.experiment.stage, 'active');
  });

  test('drops what is too much, and does not hold up the end of the program', async () => {
    const log = newLog({ maxWaiting: 3, closeMs: 50 });
    mlflow.fault = 'silence';
    for (let i = 0; i < 10; i++) log.note(ANALYSIS);
    await delay(50);
    const asked = performance.now();
    await log.close();
    assert.ok(performance.now() - asked < 5000);
    assert.deepEqual(mlflow.metrics, []);

    mlflow.fault = null;
    const other = newLog({ maxWaiting: 3 });
    for (let i = 0; i < 10; i++) other.note(ANALYSIS);
    await other.close();
    assert.equal(mlflow.metrics.length, 9);
  });
});

test('every analysis is logged to MLflow: of a stored photo, once more, and of one that passes', async () => {
  const mlflow = await MlflowStandIn.start();
  const app = await startTestApp({ env: { MLFLOW_TRACKING_URI: `http://${mlflow.host}/tracking` } });
  try {
    const ada = await memberBrowser(app.server, 'ada@example.org');
    await ada.upload('/photos', { filename: 'stop.png', file: drawWords('STOP').png });
    const { database, accounts, tokens, reanalyses } = app.services;
    for (let waited = 0; waited < 20_000; waited += 50) {
      if ((await database('photos').where({ status: 'analysed' })).length > 0) break;
      await delay(50);
    }
    const { id } = (await accounts.findByEmail('ada@example.org')) ?? assert.fail();
    const run = await reanalyses.startChosen(id, {});
    while ((await reanalyses.get(String(run.id))).endedAt === null) await delay(50);
    const { secret } = await tokens.create(id, { name: 'script', scope: 'write' });
    const client = new ApiClient(app.url, id, secret);
    for (const path of ['detect', 'extract']) {
      const response = await client.send(`/api/v1/${path}`, drawWords('HARBOUR').png);
      assert.equal(response.status, 200);
    }
  } finally {
    await app.close();
  }
  const names = mlflow.metrics.map((metric) => metric.split(' ')[0]);
  assert.deepEqual(names, [
    ...Array(3).fill(['decode_ms', 'detect_ms', 'read_ms', 'total_ms']).flat(),
    ...['decode_ms', 'read_ms', 'total_ms'],
  ]);
  // Whatever models a photo meets, their versions are the same.
  assert.deepEqual([...mlflow.runs.values()], ['FINISHED']);
  mlflow.close();
});
