import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rename, rmdir, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import { type ApiClient, newApiClient, type PhotoAnswer, problemOf } from '../api-client.ts';
import { drawClock, drawStopSign, drawWords } from '../drawn-pictures.ts';
import { startTestApp, type TestApp } from '../test-app.ts';
import { mySqlAnswers } from '../test-database.ts';
import { exported, imported, posted, textsIn, zipOf } from './dataset-client.ts';

const FORMATS = ['coco', 'yolo', 'voc', 'csv'] as const;

describe('data sets', () => {
  let home: TestApp | undefined;
  let elsewhere: TestApp | undefined;
  let ada: ApiClient;
  let photos: PhotoAnswer[] = [];
  const stop = drawStopSign().png;

  before(async () => {
    home = await startTestApp();
    elsewhere = await startTestApp({ dialect: mySqlAnswers ? 'mysql' : 'sqlite' });
    ada = await newApiClient(home);
    photos = [
      await ada.upload(stop, 'Stop “sign” Ä.png'),
      await ada.upload(drawWords('HELLO 42').png, 'words.png'),
      await ada.upload(drawClock().png, 'clock.png'),
      await ada.upload(drawWords('', { width: 50, height: 40 }).png, 'empty.png'),
    ];
    const { corrections } = home.services;
    const member = { id: ada.memberId, role: 'member' } as const;
    const act = async (photo: PhotoAnswer | undefined, ...acts: object[]) => {
      for (const done of acts) {
        const { version } = await corrections.of(member, photo?.id ?? '');
        await corrections.act(member, photo?.id ?? '', version, done as never);
      }
    };
    await act(photos[0], { act: 'verdict', detection: 0, verdict: 'wrong' });
    // At the place of what is wrong.
    const box = { ...photos[0]?.detections[0]?.box };
    await act(photos[0], { act: 'draw', label: 'kite', box });
    await act(photos[2], { act: 'label', detection: 0, label: 'frisbee' });
  });

  after(async () => {
    await home?.close();
    await elsewhere?.close();
  });

  const app = () => home ?? assert.fail();

  for (const as of ['corrected', 'detected'] as const) {
    test(`as ${as} come out the same after they were taken in elsewhere`, async () => {
      const first = await exported(ada, { format: 'coco', as });
      const ben = await newApiClient(elsewhere ?? assert.fail());
      const { counts, notes, photos: taken } = await imported(ben, first);
      assert.deepEqual([counts, notes], [{ taken: 4, known: 0, incomplete: 0, refused: 0 }, []]);
      assert.deepEqual(
        taken.flatMap((photo) => photo.notes),
        [],
      );
      assert.equal(hashOf(await exported(ben, { format: 'coco', as: 'corrected' })), hashOf(first));
      for (const format of FORMATS) {
        const [one, other] = [await exported(ada, { format, as }), await exported(ben, { format })];
        assert.equal(hashOf(one), hashOf(other), format);
      }
      // The models have looked at them here, too.
      const found = await ben.get<PhotoAnswer>(`/api/v1/photos/${taken[0]?.id}`);
      assert.equal(found.detections[0]?.label, 'stop sign');
      assert.equal(found.filename, photos[0]?.filename);
      // What is as the models found it here, too, was judged by nobody.
      const { database } = (elsewhere ?? assert.fail()).services;
      const verdicts = await database('detections').where({ member_id: ben.memberId }).pluck('verdict');
      assert.deepEqual(verdicts, as === 'detected' ? [null, null] : ['wrong', 'wrong']);
    });
  }

  test('say what was corrected, or what was found', async () => {
    const labels = async (as: string) => {
      const { annotations, categories } = JSON.parse(
        textsIn(await exported(ada, { format: 'coco', as }))['annotations.json'] ?? '',
      );
      const name = (id: number) => categories.find((category: { id: number }) => category.id === id).name;
      return annotations.map(({ category_id }: { category_id: number }) => name(category_id));
    };
    assert.deepEqual(await labels('corrected'), ['kite', 'frisbee']);
    assert.deepEqual(await labels('detected'), ['stop sign', 'clock']);
  });

  test('have of the photos those that are chosen, in the order of their upload', async () => {
    const files = async (body: object) =>
      Object.keys(textsIn(await exported(ada, { format: 'voc', ...body })));
    const pictures = async (body: object) =>
      (await files(body)).filter((name) => name.startsWith('JPEGImages/')).map((name) => name.slice(11, 16));
    assert.deepEqual(await pictures({}), ['Stop_', 'words', 'clock', 'empty']);
    assert.deepEqual(await pictures({ id: [photos[2]?.id, photos[1]?.id] }), ['words', 'clock']);
    assert.deepEqual(await pictures({ label: 'clock', minScore: 0.1 }), ['clock']);
    assert.deepEqual(await pictures({ text: 'hello' }), ['words']);
    assert.ok((await files({})).every((name) => /^[\w/.-]+$/.test(name)));
  });

  test('of originals are the files as they came, the same every time', async () => {
    const body = { id: photos[0]?.id };
    const archive = await zipOf(ada, '/api/v1/photos/download', body);
    assert.equal(hashOf(await zipOf(ada, '/api/v1/photos/download', body)), hashOf(archive));
    const [name, ...others] = Object.keys(textsIn(archive));
    assert.match(name ?? '', /^Stop_sign_A-[0-9a-f]{16}\.png$/);
    assert.equal(others.length, 0);
    assert.ok(archive.includes(stop));
  });

  test('have nothing of other members', async () => {
    const eve = await newApiClient(app());
    for (const path of ['/api/v1/photos/export', '/api/v1/photos/download']) {
      const body = { format: 'coco', id: [photos[0]?.id] };
      await problemOf(await posted(eve, path, body), 404);
      assert.match(
        (await problemOf(await posted(eve, path, { format: 'coco' }), 400)).detail,
        /No photo of yours/,
      );
    }
    // Nor have those of an admin, as the first account is.
    const { id } = await eve.upload(drawWords('EVE').png);
    await problemOf(await posted(ada, '/api/v1/photos/export', { format: 'coco', id }), 404);
  });

  test('are refused with what is wrong about the call', async () => {
    const refused = async (body: object) =>
      JSON.stringify(await problemOf(await posted(ada, '/api/v1/photos/export', body), 400));
    assert.match(await refused({}), /"path":"format"/);
    assert.match(await refused({ format: 'coco', as: 'x' }), /detected or corrected/);
    assert.match(await refused({ format: 'coco', minScore: 7 }), /"path":"minScore"/);
    assert.match(await refused({ format: 'coco', id: [7] }), /"path":"id/);
    assert.match(await refused({ format: 'coco', id: [] }), /No photo was chosen/);
    assert.match(await refused({ format: 'coco', chosen: '1', label: 'clock' }), /No photo was chosen/);
  });

  test('are not handed out when they differ from what was to be written', async () => {
    const { id, sha256 } = photos[3] ?? assert.fail();
    const original = app().services.photoFiles.originalPath(id, sha256);
    const whole = await readFile(original);
    await writeFile(original, Buffer.concat([whole, Buffer.from('!')]));
    const answer = await posted(ada, '/api/v1/photos/export', { format: 'yolo' });
    assert.equal(answer.status, 500);
    assert.match(answer.headers.get('content-type') ?? '', /problem/);
    await writeFile(original, whole);
    assert.ok((await exported(ada, { format: 'yolo' })).length > 0);
  });

  const everything = { selection: { ids: null, filter: {} }, format: 'coco', as: 'detected' } as const;
  const make = () =>
    app().services.datasets.exporter.export(ada.memberId, everything, new AbortController().signal);

  test('are made for few at once: for who has taken one whole there is room for the next', async () => {
    const [one, other] = [await make(), await make()];
    const { detail } = await problemOf(await posted(ada, '/api/v1/photos/export', { format: 'coco' }), 503);
    assert.match(detail, /Two data sets/);
    const bytes = Buffer.concat(await one.content.toArray());
    assert.equal(bytes.length, one.bytes);
    // Its file is still there.
    const next = await make();
    for (const dataset of [one, other, next]) await dataset.discard();
    await one.discard();
    const [first, second] = [await make(), await make()];
    await assert.rejects(make(), { code: 'overloaded' });
    for (const dataset of [first, second]) await dataset.discard();
    await untilEmpty(path.join(app().uploadsDir, 'incoming'));
  });

  test('are given up with whoever asked for them', async () => {
    const incoming = path.join(app().uploadsDir, 'incoming');
    const leave = new AbortController();
    const body = JSON.stringify({ format: 'coco' });
    const headers = { 'Content-Type': 'application/json' };
    const left = ada
      .fetch('/api/v1/photos/export', { method: 'POST', headers, body, signal: leave.signal })
      .then((answer) => answer.body?.cancel())
      .catch((error: unknown) => error);
    while ((await readdir(incoming)).length === 0) await delay(1);
    leave.abort();
    await left;
    await untilEmpty(incoming);
    const held = [await make(), await make()];
    for (const dataset of held) await dataset.discard();
  });

  test('can be chosen by labels that only an earlier detector knew, as in the gallery', async () => {
    const { database } = app().services;
    const [clock] = [photos[2] ?? assert.fail()];
    await database('detections').where({ photo_id: clock.id }).update({ label: 'sundial' });
    const { items } = await ada.get<{ items: PhotoAnswer[] }>('/api/v1/photos?label=sundial');
    assert.equal(items[0]?.id, clock.id);
    const archive = await exported(ada, { format: 'voc', as: 'detected', label: 'sundial' });
    assert.match(Object.values(textsIn(archive)).join(''), /<name>sundial</);
    assert.ok((await zipOf(ada, '/api/v1/photos/download', { label: 'sundial' })).length > 0);
    await database('detections').where({ photo_id: clock.id }).update({ label: 'clock' });
  });

  test('of originals break off with a fault that is logged when a file cannot be read', async (t) => {
    const { logger, photoFiles } = app().services;
    const { id, sha256 } = photos[3] ?? assert.fail();
    const original = photoFiles.originalPath(id, sha256);
    await rename(original, `${original}.away`);
    await mkdir(original);
    const logged = t.mock.method(logger, 'error', () => undefined);
    const answer = await posted(ada, '/api/v1/photos/download', {});
    await assert.rejects(answer.arrayBuffer());
    assert.equal(logged.mock.callCount(), 1);
    await rmdir(original);
    await rename(`${original}.away`, original);
  });
});

describe('downloads that nobody takes', () => {
  let app: TestApp;

  before(async () => {
    app = await startTestApp({ limits: { idleMs: 2000 } });
  });
  after(() => app?.close());

  test('are broken off, and make room for others', async () => {
    const ada = await newApiClient(app);
    // More than the buffers of a connection hold.
    const size = { width: 2400, height: 2000 };
    const raw = { ...size, channels: 3 } as const;
    const noise = sharp(randomBytes(size.width * size.height * 3), { raw });
    await ada.upload(await noise.png({ compressionLevel: 0 }).toBuffer());
    const stalled = await Promise.all(
      [1, 2].map(async () => {
        const request = httpRequest(`${app.url}/api/v1/photos/export`, {
          method: 'POST',
          agent: false,
          headers: { ...ada.authorization, 'Content-Type': 'application/json' },
        });
        request.on('error', () => undefined);
        request.end(JSON.stringify({ format: 'coco' }));
        const [answer] = (await once(request, 'response')) as [IncomingMessage];
        answer.on('error', () => undefined);
        return answer.pause();
      }),
    );
    assert.deepEqual(
      stalled.map(({ statusCode }) => statusCode),
      [200, 200],
    );
    const incoming = path.join(app.uploadsDir, 'incoming');
    await untilEmpty(incoming);
    assert.ok((await exported(ada, { format: 'coco' })).length > 14_000_000);
    for (const answer of stalled) answer.destroy();
  });
});

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What is made for an answer goes when the answer has ended. */
async function untilEmpty(folder: string): Promise<void> {
  for (let i = 0; i < 600 && (await readdir(folder)).length > 0; i++) await delay(50);
  assert.deepEqual(await readdir(folder), []);
}
