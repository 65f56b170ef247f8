import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { status } from '@grpc/grpc-js';
import type { Tensor } from '../../src/inference/engine.ts';
import { type ApiClient, newApiClient, type PhotoAnswer, problemOf } from '../api-client.ts';
import { drawClock, drawStopSign, drawWords } from '../drawn-pictures.ts';
import { startTestApp, type TestApp } from '../test-app.ts';
import { becomesReady, clock, detect, settled, startServed, within } from './served-app.ts';
import { isTest, ServingStandIn } from './stand-in.ts';

describe('with TensorFlow Serving', () => {
  let standIn: ServingStandIn;
  let app: TestApp;
  let ada: ApiClient;
  let embedded: TestApp;
  before(async () => {
    standIn = await ServingStandIn.start();
    ({ app, ada } = await startServed(standIn));
    embedded = await startTestApp();
    await becomesReady(app);
  });
  afterEach(() => {
    standIn.latencyMs = 0;
    standIn.failure = null;
    standIn.sparesTests = true;
    standIn.encoding = 'lists';
    standIn.distort = (outputs) => outputs;
  });
  after(async () => {
    await app.close();
    await embedded.close();
    await standIn.close();
  });

  for (const encoding of ['lists', 'content'] as const) {
    test(`the same is found as by the embedded engine, with answers as ${encoding}`, async () => {
      standIn.encoding = encoding;
      const bob = await newApiClient(embedded);
      for (const { png } of [drawStopSign(), drawClock(), drawWords(['Harbour lights', 'Quay 17'])]) {
        const served = await detect(ada, png);
        const own = await detect(bob, png);
        assert.deepEqual([served.engine, own.engine], ['tensorflow-serving', 'embedded']);
        assert.deepEqual([served.lines, served.models], [own.lines, own.models]);
        assert.deepEqual(served.detections, own.detections);
      }
    });
  }

  test('calls name signature and outputs, and are hardly longer than the pixels', async () => {
    standIn.received.length = 0;
    await detect(ada, drawStopSign().png);
    const { model, signature, outputs, bytes, inputBytes } = standIn.received[0] ?? assert.fail();
    assert.deepEqual([model, signature], ['object_detector', 'serving_default']);
    assert.deepEqual(outputs, ['detection_boxes', 'detection_scores', 'detection_classes', 'num_detections']);
    assert.ok(inputBytes > 100_000 && bytes < 1.01 * inputBytes, `${bytes} for ${inputBytes}`);
  });

  test('the version that answered is kept with the photo, and a new one is warmed up', async () => {
    await standIn.swap('object_detector', 4);
    standIn.received.length = 0;
    await within('a call that warms up', async () =>
      standIn.received.some(({ model }) => model === 'object_detector') ? true : undefined,
    );
    const photo = await ada.upload(clock());
    assert.deepEqual(photo.models, { object_detector: '4', text_detector: '1', text_recognizer: '1' });
    const { models } = (await (await fetch(`${app.url}/readyz`)).json()) as { models: unknown[] };
    assert.deepEqual(models[0], {
      name: 'object_detector',
      versions: [
        { version: '4', state: 'available' },
        { version: '1', state: 'ended' },
      ],
    });
  });

  test('versions are swapped under load without one failed request', async () => {
    let isOver = false;
    const versions = new Set<string | undefined>();
    const client = async () => {
      while (!isOver) versions.add((await detect(ada)).models.object_detector);
    };
    const clients = [client(), client(), client(), client()];
    const seen = (version: string) =>
      within(`an answer of version ${version}`, async () => (versions.has(version) ? true : undefined));
    for (const version of [11, 12, 13]) {
      await standIn.swap('object_detector', version, 200);
      await standIn.swap('text_detector', version);
      await seen(String(version));
    }
    isOver = true;
    await Promise.all(clients);
  });

  test('a call that finds the server busy is made again', async () => {
    standIn.failure = { code: status.UNAVAILABLE, times: 2 };
    standIn.received.length = 0;
    const { detections } = await detect(ada);
    assert.equal(detections[0]?.label, 'clock');
    assert.ok(standIn.received.filter(({ model }) => model === 'object_detector').length >= 2);
  });

  test('a call that is refused is made once; the photo is kept, and can be analysed again', async () => {
    standIn.failure = { code: status.INVALID_ARGUMENT };
    standIn.received.length = 0;
    const picture = clock();
    const problem = await problemOf(await ada.send('/api/v1/detect', picture), 502);
    assert.match(problem.detail, /does not take this picture/);
    assert.equal(standIn.received.filter(({ inputBytes }) => !isTest(inputBytes)).length, 1);
    const photo = await ada.upload(picture);
    assert.equal(photo.status, 'failed');
    assert.match(photo.error ?? '', /does not take this picture/);
    standIn.failure = null;
    const again = await ada.send('/api/v1/photos', picture);
    assert.equal(((await again.json()) as PhotoAnswer).detections[0]?.label, 'clock');
  });

  test('a fault inside the server interrupts the analysis, which is made up for', async () => {
    standIn.failure = { code: status.INTERNAL, times: 1 };
    const response = await ada.send('/api/v1/photos?tasks=objects', clock());
    assert.match((await problemOf(response, 503)).detail, /interrupted.*kept/);
    const photo = await settled(ada, response.headers.get('location') ?? '');
    assert.deepEqual([photo.status, photo.detections[0]?.label], ['analysed', 'clock']);
  });

  for (const [what, output, wrong] of [
    ['of another shape', 'map', (tensor: Tensor) => ({ ...tensor, shape: [1, 1, tensor.data.length] })],
    [
      'of another type',
      'detection_scores',
      () => ({ dtype: 'int32', shape: [1, 1], data: new Int32Array(1) }),
    ],
    ['that is missing', 'char_ids', () => undefined],
  ] as const) {
    test(`an answer ${what} is refused and not misread`, async () => {
      standIn.distort = (outputs) => {
        const replaced = { ...outputs };
        const tensor = outputs[output];
        if (tensor) delete replaced[output];
        const instead = tensor && wrong(tensor);
        return instead ? { ...replaced, [output]: instead as Tensor } : replaced;
      };
      const problem = await problemOf(await ada.send('/api/v1/detect', drawStopSign().png), 502);
      assert.match(problem.detail, /a form that DetectX does not know/);
      standIn.distort = (outputs) => outputs;
      assert.equal((await detect(ada, drawStopSign().png)).detections[0]?.label, 'stop sign');
    });
  }
});
