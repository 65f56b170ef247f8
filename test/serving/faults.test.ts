import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { type ApiClient, newApiClient, type PhotoAnswer, problemOf } from '../api-client.ts';
import { drawWords } from '../drawn-pictures.ts';
import { startTestApp, type TestApp } from '../test-app.ts';
import { becomesReady, clock, detect, readyz, settled, startServed, within } from './served-app.ts';
import { isTest, ServingStandIn } from './stand-in.ts';

describe('when TensorFlow Serving', () => {
  let standIn: ServingStandIn;
  let app: TestApp;
  let ada: ApiClient;
  before(async () => {
    standIn = await ServingStandIn.start();
    standIn.kill();
    ({ app, ada } = await startServed(standIn, { limits: { modelCallMs: 3000 } }));
  });
  afterEach(() => {
    standIn.latencyMs = 0;
    standIn.failure = null;
    standIn.sparesTests = true;
    standIn.distort = (outputs) => outputs;
  });
  after(async () => {
    await app.close();
    await standIn.close();
  });

  /** How often the detector was asked about a photo; the calls that warm it up are of another size. */
  const asked = () =>
    standIn.received.filter(({ model, inputBytes }) => model === 'object_detector' && !isTest(inputBytes))
      .length;

  async function assertUp(): Promise<void> {
    for (const address of ['/login', '/healthz']) {
      assert.equal((await fetch(app.url + address)).status, 200);
    }
  }

  async function keptFor(picture: Uint8Array, reason: RegExp): Promise<string> {
    const response = await ada.send('/api/v1/photos?tasks=objects', picture);
    assert.ok(Number(response.headers.get('retry-after')) > 0);
    assert.match((await problemOf(response, 503)).detail, reason);
    const address = response.headers.get('location') ?? '';
    assert.equal((await ada.get<PhotoAnswer>(address)).status, 'queued');
    return address;
  }

  test('is down at the start, the site is up, and photos are kept and analysed once it is there', async () => {
    await assertUp();
    const probe = await fetch(`${app.url}/readyz`);
    assert.equal(probe.status, 503);
    assert.deepEqual(((await probe.json()) as { missing: string[] }).missing, ['engine']);
    const address = await keptFor(clock(), /cannot be reached at the moment\. The photo is kept/);
    await standIn.listen();
    const photo = await settled(ada, address);
    assert.deepEqual([photo.status, photo.detections[0]?.label], ['analysed', 'clock']);
    assert.equal(asked(), 1);
    await becomesReady(app);
  });

  test('dies in the middle of a call, the photo is kept, and analysed when it is back', async () => {
    standIn.latencyMs = 1000;
    const before = asked();
    const kept = keptFor(clock(), /The photo is kept/);
    await within('the call', async () => (asked() > before ? true : undefined));
    standIn.kill();
    const address = await kept;
    await assertUp();
    standIn.latencyMs = 0;
    await standIn.listen();
    assert.equal((await settled(ada, address)).detections[0]?.label, 'clock');
  });

  test('is slow, nothing waits beyond its deadline, and calls are soon refused without being tried', async () => {
    await becomesReady(app);
    standIn.latencyMs = 60_000;
    await problemOf(await ada.send('/api/v1/detect?tasks=objects', clock()), 503);
    await assertUp();
    await within('the program is not ready', async () => ((await readyz(app)) === 503 ? true : undefined));
    const before = asked();
    await problemOf(await ada.send('/api/v1/detect?tasks=objects', clock()), 503);
    assert.equal(asked(), before);
    const address = await keptFor(clock(), /The photo is kept/);
    standIn.latencyMs = 0;
    assert.equal((await settled(ada, address)).detections[0]?.label, 'clock');
  });

  for (const sparesTests of [true, false]) {
    const also = sparesTests ? '' : ', for tests as well';
    test(`is overloaded${also}, photos wait for as long as it takes, and no others for them`, async () => {
      const patience = { firstPauseMs: 50, longestPauseMs: 100, engineFaults: 2, interruptions: 2 };
      const other = await startServed(standIn, { limits: { patience } });
      try {
        await becomesReady(other.app);
        standIn.failure = { code: status.RESOURCE_EXHAUSTED, model: 'text_detector' };
        standIn.sparesTests = sparesTests;
        standIn.received.length = 0;
        const { png } = drawWords(['Harbour lights']);
        const direct = await other.ada.send('/api/v1/extract', png);
        assert.ok(Number(direct.headers.get('retry-after')) > 0);
        assert.match((await problemOf(direct, 503)).detail, /engine is overloaded/);
        const response = await other.ada.send('/api/v1/photos', png);
        assert.match((await problemOf(response, 503)).detail, /overloaded\. The photo is kept/);
        const address = response.headers.get('location') ?? '';
        await within('more attempts than any photo has that may be to blame', async () =>
          standIn.received.filter(({ model }) => model === 'text_detector').length > 12 ? true : undefined,
        );
        assert.equal((await other.ada.get<PhotoAnswer>(address)).status, 'queued');
        const quick = await other.ada.send('/api/v1/photos?tasks=objects', clock());
        assert.equal(((await quick.json()) as PhotoAnswer).detections[0]?.label, 'clock');
        standIn.failure = null;
        const photo = await settled(other.ada, address);
        assert.deepEqual([photo.status, photo.text], ['analysed', 'Harbour lights']);
      } finally {
        await other.app.close();
      }
    });
  }

  // A fault that could be the photo's is tried some times before the photo is given up: longer than that it must wait.
  for (const [what, waits, breakIt] of [
    [
      'has a version that answers in another shape',
      0,
      () => {
        standIn.distort = ({ num_detections: _, ...others }) => others;
      },
    ],
    [
      'fails at every call',
      7000,
      () => {
        standIn.failure = { code: status.INTERNAL };
      },
    ],
    [
      'refuses every picture',
      0,
      () => {
        standIn.failure = { code: status.INVALID_ARGUMENT };
      },
    ],
  ] as const) {
    test(`${what}, photos wait until it is mended`, async () => {
      await becomesReady(app);
      standIn.sparesTests = false;
      breakIt();
      await standIn.swap('object_detector', (standIn.servables.get('object_detector')?.length ?? 0) + 1);
      await within('the program is not ready', async () => ((await readyz(app)) === 503 ? true : undefined));
      const address = await keptFor(clock(), /no model for this\. The photo is kept/);
      await delay(waits);
      assert.equal((await ada.get<PhotoAnswer>(address)).status, 'queued');
      standIn.distort = (outputs) => outputs;
      standIn.failure = null;
      assert.equal((await settled(ada, address)).detections[0]?.label, 'clock');
    });
  }

  test('gets a faulty version between two looks, not one photo fails for it', async () => {
    await becomesReady(app);
    standIn.sparesTests = false;
    standIn.distort = ({ num_detections: _, ...others }) => others;
    await standIn.swap('object_detector', (standIn.servables.get('object_detector')?.length ?? 0) + 1);
    // At once: no look has seen it yet.
    const address = await keptFor(clock(), /no model for this\. The photo is kept/);
    standIn.distort = (outputs) => outputs;
    assert.equal((await settled(ada, address)).detections[0]?.label, 'clock');
  });

  test('takes too long for one photo alone, that photo is given up, and nobody else has to wait', async () => {
    const patience = { firstPauseMs: 100, longestPauseMs: 100, engineFaults: 2, interruptions: 2 };
    const other = await startServed(standIn, { limits: { analysisMs: 4000, patience } });
    try {
      await becomesReady(other.app);
      // One call fits in; objects and text take two, one after the other.
      standIn.latencyMs = 2500;
      const response = await other.ada.send('/api/v1/photos', clock());
      const slow = await settled(other.ada, response.headers.get('location') ?? '');
      assert.deepEqual([slow.status, slow.error], ['failed', 'The analysis took too long.']);
      assert.equal((await detect(other.ada, clock(), '?tasks=objects')).detections[0]?.label, 'clock');
    } finally {
      await other.app.close();
    }
  });

  test('hangs, and the program ends all the same, without waiting for its calls', async () => {
    await becomesReady(app);
    const other = await startTestApp({
      env: { INFERENCE_ENGINE: 'tensorflow-serving', TENSORFLOW_SERVING_URL: standIn.address },
    });
    const bob = await newApiClient(other);
    standIn.latencyMs = 60_000;
    const photo = await bob.send('/api/v1/photos', clock(), { headers: { Prefer: 'respond-async' } });
    assert.equal(photo.status, 202);
    const calls = asked();
    await within('the call', async () => (asked() > calls ? true : undefined));
    const start = performance.now();
    await other.close();
    assert.ok(performance.now() - start < 8000, 'It waited for the call to time out');
    standIn.latencyMs = 0;
  });
});
