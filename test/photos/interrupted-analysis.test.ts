import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, beforeEach, describe, mock, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../src/errors.ts';
import { PhotoRepository } from '../../src/photos/photo-repository.ts';
import { type ApiClient, newApiClient, type PhotoAnswer, problemOf } from '../api-client.ts';
import { drawClock } from '../drawn-pictures.ts';
import { startTestApp, type TestApp } from '../test-app.ts';

const interruption = () =>
  Promise.reject(new AppError('analysis_interrupted', 'The analysis was interrupted.'));
const fault = () => Promise.reject(new AppError('engine_failed', 'The analysis was interrupted.'));
const overload = () => Promise.reject(new AppError('engine_overloaded', 'The engine is overloaded.'));

const PATIENCE = { firstPauseMs: 100, longestPauseMs: 200, engineFaults: 6, interruptions: 3 };

describe('an analysis that is cut off', () => {
  let app: TestApp;
  let ada: ApiClient;
  let width = 300;
  before(async () => {
    app = await startTestApp({ limits: { patience: PATIENCE } });
    ada = await newApiClient(app);
  });
  beforeEach(() => mock.restoreAll());
  after(async () => {
    mock.restoreAll();
    await app.close();
  });

  /** A picture that was not sent before. */
  const clock = () => drawClock({ width: width++, height: 300 }).png;

  /** Sends a photo whose analysis is cut off, and returns its address. */
  async function sendInterrupted(): Promise<string> {
    const response = await ada.send('/api/v1/photos?tasks=objects', clock());
    assert.ok(Number(response.headers.get('retry-after')) > 0);
    const location = response.headers.get('location') ?? '';
    const problem = await problemOf(response, 503);
    assert.match(problem.detail, /kept/);
    return location;
  }

  async function settled(address: string, client = ada): Promise<PhotoAnswer> {
    for (let tries = 0; tries < 200; tries++) {
      const photo = await client.get<PhotoAnswer>(address);
      if (photo.status !== 'queued') return photo;
      await delay(100);
    }
    throw new Error('The photo is still queued');
  }

  test('is told, keeps the photo queued, and is made up for', async () => {
    mock.method(app.services.pool, 'analyse', interruption, { times: 1 });
    const address = await sendInterrupted();
    assert.equal((await ada.get<PhotoAnswer>(address)).status, 'queued');
    const photo = await settled(address);
    assert.deepEqual([photo.status, photo.detections[0]?.label], ['analysed', 'clock']);
  });

  test('again and again makes the photo failed, and it can be analysed once more', async () => {
    const analyse = mock.method(app.services.pool, 'analyse', interruption);
    const photo = await settled(await sendInterrupted());
    assert.equal(photo.status, 'failed');
    assert.match(photo.error ?? '', /interrupted/);
    assert.equal(analyse.mock.callCount(), 3);
    analyse.mock.restore();
    const viewer = { id: ada.memberId, role: 'member' as const };
    const queued = await app.services.photos.retry(viewer, photo.id);
    assert.equal((await app.services.photos.analyse(queued)).status, 'analysed');
  });

  test('by faults of the engine is tried for longer before the photo is failed', async () => {
    const analyse = mock.method(app.services.pool, 'analyse', fault);
    const photo = await settled(await sendInterrupted());
    assert.deepEqual([photo.status, analyse.mock.callCount()], ['failed', 6]);
  });

  test('by an engine that has no room is never the photo’s fault, and a member sees why it waits', async () => {
    const analyse = mock.method(app.services.pool, 'analyse', overload);
    const address = await sendInterrupted();
    const id = address.split('/').at(-1) ?? '';
    for (let tries = 0; analyse.mock.callCount() < 12; tries++) {
      assert.ok(tries < 600, 'It is not tried again');
      await delay(50);
    }
    assert.equal((await ada.get<PhotoAnswer>(address)).status, 'queued');
    assert.match(app.services.photos.whyWaiting(id) ?? '', /overloaded.*is kept/);
    analyse.mock.restore();
    assert.equal((await settled(address)).status, 'analysed');
    assert.equal(app.services.photos.whyWaiting(id), null);
  });

  test('does not keep photos waiting that came later, however many are cut off', async () => {
    const patience = { ...PATIENCE, firstPauseMs: 60_000, longestPauseMs: 60_000 };
    const small = await startTestApp({ limits: { patience, maxWaitingPhotos: 2 } });
    try {
      const bob = await newApiClient(small);
      const { pool } = small.services;
      const analyse = pool.analyse.bind(pool);
      mock.method(pool, 'analyse', (...[photo, options]: Parameters<typeof analyse>) =>
        options.minScore === 0.99 ? overload() : analyse(photo, options),
      );
      const send = async (minScore: number) => {
        const response = await bob.send(`/api/v1/photos?tasks=objects&minScore=${minScore}`, clock());
        return response.headers.get('location') ?? '';
      };
      const cutOffs: string[] = [];
      for (let count = 0; count < 4; count++) cutOffs.push(await send(0.99));
      const other = await send(0.3);
      assert.equal((await settled(other, bob)).status, 'analysed');
      for (const address of cutOffs) assert.equal((await bob.get<PhotoAnswer>(address)).status, 'queued');
    } finally {
      await small.close();
    }
  });

  for (const [what, refuse] of [
    ['is cut off', interruption],
    ['finds no room', overload],
    ['fails', () => Promise.reject(new AppError('analysis_failed', 'The model does not take this picture.'))],
  ] as const) {
    test(`and is a further one, which ${what}, leaves what was found before`, async () => {
      const png = clock();
      const first = await ada.upload(png, 'clock.png', '?tasks=objects');
      mock.method(app.services.pool, 'analyse', refuse);
      const refused = await ada.send('/api/v1/photos?tasks=objects&minScore=0.99', png);
      const { detail } = await problemOf(refused, refused.status);
      assert.ok(refused.status >= 502, detail);
      assert.match(detail, /What was found in the photo before is kept\./);
      assert.deepEqual(await ada.get<PhotoAnswer>(first.links.self), first);
      mock.restoreAll();
      const again = await ada.send('/api/v1/photos?tasks=objects&minScore=0.99', png);
      assert.deepEqual(((await again.json()) as PhotoAnswer).detections, []);
    });
  }

  test('no more than once for all who ask the same, who see what was found before until it is over', async () => {
    const png = clock();
    const first = await ada.upload(png, 'clock.png', '?tasks=objects');
    const { pool } = app.services;
    const analyse = pool.analyse.bind(pool);
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const mocked = mock.method(pool, 'analyse', async (...call: Parameters<typeof analyse>) => {
      await held;
      return analyse(...call);
    });
    const ask = () => ada.send('/api/v1/photos?tasks=objects&minScore=0.99', png);
    const answers = [ask(), ask()];
    for (let tries = 0; mocked.mock.callCount() === 0; tries++) {
      assert.ok(tries < 600, 'It is not analysed again');
      await delay(50);
    }
    assert.deepEqual(await ada.get<PhotoAnswer>(first.links.self), first);
    // By now the other upload has arrived as well; a slower one would find the answer there.
    await ada.send('/api/v1/photos?tasks=objects', png);
    goOn();
    for (const answer of await Promise.all(answers)) {
      assert.equal(answer.status, 200);
      const { id, detections } = (await answer.json()) as PhotoAnswer;
      assert.deepEqual([id, detections], [first.id, []]);
    }
    assert.equal(mocked.mock.callCount(), 1);
  });

  test('by a fault of the database is taken up again', async () => {
    const fault = new Error('the database went away');
    mock.method(PhotoRepository.prototype, 'saveFindings', () => Promise.reject(fault), { times: 1 });
    const photo = await settled(await sendInterrupted());
    assert.equal(photo.status, 'analysed');
  });

  test('does not let a row fail with its files left behind', async () => {
    const folder = path.join(app.uploadsDir, 'photos');
    const files = async () => (await readdir(folder, { recursive: true })).filter((name) => name.length > 40);
    const before = await files();
    const fault = new Error('the database went away');
    mock.method(PhotoRepository.prototype, 'insert', () => Promise.reject(fault), { times: 1 });
    const response = await ada.send('/api/v1/photos', clock());
    assert.equal(response.status, 500);
    assert.deepEqual(await files(), before);
    assert.deepEqual(await readdir(path.join(app.uploadsDir, 'incoming')), []);
  });
});
