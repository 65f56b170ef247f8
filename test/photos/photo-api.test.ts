import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type ApiClient, newApiClient, type PhotoAnswer, problemOf } from '../api-client.ts';
import { drawClock, drawStopSign, drawWords } from '../drawn-pictures.ts';
import { startTestApp, type TestApp } from '../test-app.ts';
import { mySqlAnswers } from '../test-database.ts';

interface PhotoList {
  items: PhotoAnswer[];
  nextCursor: string | null;
}

for (const dialect of ['sqlite', 'mysql'] as const) {
  if (dialect === 'mysql' && !mySqlAnswers) continue;
  describe(`photos over the API [${dialect}]`, () => {
    let app: TestApp;
    let ada: ApiClient;
    before(async () => {
      app = await startTestApp({ dialect });
      // The first account is the admin's, who may see everything.
      await newApiClient(app);
      ada = await newApiClient(app);
    });
    after(() => app.close());

    test('analyses and keeps a photo, and gives it back', async () => {
      const { png, width, height } = drawStopSign();
      const response = await ada.send('/api/v1/photos', png, { filename: 'corner.png' });
      assert.equal(response.status, 201);
      const photo = (await response.json()) as PhotoAnswer;
      assert.equal(response.headers.get('location'), photo.links.self);
      assert.deepEqual([photo.filename, photo.status, photo.engine], ['corner.png', 'analysed', 'embedded']);
      assert.deepEqual([photo.width, photo.height, photo.bytes], [width, height, png.length]);
      assert.equal(photo.sha256, createHash('sha256').update(png).digest('hex'));
      assert.equal(photo.detections[0]?.label, 'stop sign');
      assert.ok(photo.text.includes('STOP'), photo.text);
      assert.deepEqual(Object.keys(photo.models).sort(), [
        'object_detector',
        'text_detector',
        'text_recognizer',
      ]);
      assert.ok(photo.timings.totalMs > 0);
      assert.deepEqual(await ada.get(photo.links.self), photo);
      const list = await ada.get<PhotoList>('/api/v1/photos?limit=1');
      assert.deepEqual(list, { items: [photo], nextCursor: null });
    });

    test('serves original, annotated picture and thumbnail, upright and private', async () => {
      const { png } = drawClock();
      const photo = await ada.upload(png, 'wall clock.png');
      const original = await ada.fetch(photo.links.original);
      assert.equal(original.headers.get('content-type'), 'image/png');
      assert.deepEqual(Buffer.from(await original.arrayBuffer()), png);
      const download = await ada.fetch(`${photo.links.original}?download`);
      assert.equal(download.headers.get('content-disposition'), 'attachment; filename="wall clock.png"');
      const annotated = await ada.fetch(photo.links.annotated);
      assert.equal(annotated.headers.get('content-type'), 'image/jpeg');
      const thumbnail = await ada.fetch(photo.links.thumbnail);
      assert.equal(thumbnail.headers.get('content-type'), 'image/webp');
      for (const answer of [original, annotated, thumbnail]) {
        assert.equal(answer.status, 200);
        assert.match(answer.headers.get('cache-control') ?? '', /private/);
      }
      const again = await ada.fetch(photo.links.thumbnail, {
        // fetch would add `no-cache`, which asks for the whole file.
        headers: { 'If-None-Match': thumbnail.headers.get('etag') ?? '', 'Cache-Control': 'max-age=0' },
      });
      assert.equal(again.status, 304);
      const beyond = await ada.fetch(photo.links.original, { headers: { Range: 'bytes=99999999-' } });
      assert.equal(beyond.headers.get('content-range'), `bytes */${png.length}`);
      await problemOf(beyond, 416);
    });

    test('makes thumbnail and annotated picture again when their files are lost', async () => {
      const photo = await ada.upload(drawStopSign({ width: 500, height: 500 }).png);
      const before = await (await ada.fetch(photo.links.annotated)).arrayBuffer();
      const folder = path.join(app.uploadsDir, 'photos', photo.id.slice(0, 2), photo.id);
      for (const name of await readdir(folder)) if (name !== photo.sha256) await rm(path.join(folder, name));
      assert.deepEqual(await (await ada.fetch(photo.links.annotated)).arrayBuffer(), before);
      assert.equal((await ada.fetch(photo.links.thumbnail)).status, 200);
    });

    test('looks only for what is asked', async () => {
      const { png } = drawStopSign({ width: 420, height: 400 });
      const objects = await ada.upload(png, 'sign.png', '?tasks=objects');
      assert.deepEqual([objects.detections.length > 0, objects.lines.length], [true, 0]);
      const nothing = await ada.send('/api/v1/detect?tasks=objects&minScore=1', png);
      assert.deepEqual(((await nothing.json()) as PhotoAnswer).detections, []);
      const everything = (await (
        await ada.send('/api/v1/detect?tasks=objects&minScore=0', png)
      ).json()) as PhotoAnswer;
      assert.ok(everything.detections.length > objects.detections.length);
    });

    test('recognises the same picture, and asks more of it when more is wanted', async () => {
      const { png } = drawStopSign({ width: 444, height: 400 });
      const first = await ada.upload(png, 'a.png', '?tasks=objects');
      const again = await ada.send('/api/v1/photos?tasks=objects', png, { filename: 'b.png' });
      assert.equal(again.status, 200);
      assert.deepEqual(await again.json(), first);
      const more = await ada.send('/api/v1/photos?tasks=text', png);
      const both = (await more.json()) as PhotoAnswer;
      assert.deepEqual([more.status, both.id, both.status], [200, first.id, 'analysed']);
      assert.ok(both.detections.length > 0 && both.text.includes('STOP'));
      const ben = await newApiClient(app);
      assert.notEqual((await ben.upload(png)).id, first.id);
    });

    test('keeps one of many identical uploads that come at once', async () => {
      const { png } = drawStopSign({ width: 466, height: 400 });
      const answers = await Promise.all(Array.from({ length: 6 }, () => ada.send('/api/v1/photos', png)));
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 200, 200, 200, 201]);
      const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as PhotoAnswer).id));
      assert.equal(new Set(ids).size, 1);
    });

    test('reads a preference in any letter case, among others and with parameters', async () => {
      const answers = [
        ['Respond-Async', 202],
        ['respond-async; wait=10', 202],
        ['handling=lenient, RESPOND-ASYNC ;x="a, b"', 202],
        ['respond-asynchronously', 201],
        ['x="a, respond-async"', 201],
      ] as const;
      for (const [index, [prefer, status]] of answers.entries()) {
        const { png } = drawClock({ width: 420 + index, height: 200 });
        const response = await ada.send('/api/v1/photos?tasks=objects', png, { headers: { Prefer: prefer } });
        assert.equal(response.status, status, prefer);
      }
    });

    test('does not wait when asked not to', async () => {
      const { png } = drawClock({ width: 480, height: 480 });
      const response = await ada.send('/api/v1/photos', png, {
        headers: { Prefer: 'respond-async, wait=5' },
      });
      assert.equal(response.status, 202);
      assert.equal(response.headers.get('preference-applied'), 'respond-async');
      const location = response.headers.get('location') ?? '';
      let photo = (await response.json()) as PhotoAnswer;
      for (let tries = 0; photo.status === 'queued' && tries < 200; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 25));
        photo = await ada.get(location);
      }
      assert.equal(photo.status, 'analysed');
      assert.equal(photo.detections[0]?.label, 'clock');
    });

    test('lists page by page and by filter', async () => {
      const ben = await newApiClient(app);
      const kept = [];
      for (const word of ['Apple', 'Banana', 'Cherry'])
        kept.push(await ben.upload(drawWords(word).png, `${word}.png`));
      const first = await ben.get<PhotoList>('/api/v1/photos?limit=2');
      assert.deepEqual(
        first.items.map(({ filename }) => filename),
        ['Cherry.png', 'Banana.png'],
      );
      const second = await ben.get<PhotoList>(`/api/v1/photos?limit=2&cursor=${first.nextCursor}`);
      assert.deepEqual(
        [second.items.map(({ filename }) => filename), second.nextCursor],
        [['Apple.png'], null],
      );
      const oldest = await ben.get<PhotoList>('/api/v1/photos?sort=oldest&limit=1');
      assert.equal(oldest.items[0]?.id, kept[0]?.id);
      const found = await ben.get<PhotoList>('/api/v1/photos?text=banana');
      assert.deepEqual(
        found.items.map(({ filename }) => filename),
        ['Banana.png'],
      );
      const today = new Date().toISOString().slice(0, 10);
      assert.equal((await ben.get<PhotoList>(`/api/v1/photos?from=${today}&to=${today}`)).items.length, 3);
      assert.equal((await ben.get<PhotoList>('/api/v1/photos?to=2020-01-01')).items.length, 0);
      assert.equal((await ben.get<PhotoList>('/api/v1/photos?label=giraffe')).items.length, 0);
    });

    test('refuses wrong queries with the name of what was wrong', async () => {
      const wrong = {
        limit: ['0', '101', '-1', 'x'],
        cursor: ['%27%22%00', 'abc', 'WzEsMl0'],
        from: ['zzz', '2026-13-01', '2026-02-30'],
        to: ['yesterday'],
        minScore: ['2', '-1', 'high', 'NaN'],
        sort: ['best'],
      };
      for (const [name, values] of Object.entries(wrong)) {
        for (const value of values) {
          const response = await ada.fetch(`/api/v1/photos?${name}=${value}`);
          const text = await response.clone().text();
          await problemOf(response, 400);
          assert.match(text, new RegExp(`"path":"${name}"`), `${name}=${value}`);
        }
      }
      await problemOf(await ada.fetch('/api/v1/photos?limit=1&limit=2'), 400);
      const answer = await ada.send('/api/v1/detect?tasks=faces', drawClock().png);
      const { errors } = (await answer.clone().json()) as { errors: { path: string }[] };
      assert.deepEqual(
        errors.map(({ path }) => path),
        ['tasks'],
      );
      await problemOf(answer, 400);
      await problemOf(await ada.send('/api/v1/photos?minScore=7', drawClock().png), 400);
    });

    test("hides a member's photos from every other member", async () => {
      const photo = await ada.upload(drawWords('Private').png);
      const ben = await newApiClient(app);
      for (const link of Object.values(photo.links)) await problemOf(await ben.fetch(link), 404);
      await problemOf(await ben.fetch(photo.links.self, { method: 'DELETE' }), 404);
      assert.deepEqual((await ben.get<PhotoList>('/api/v1/photos')).items, []);
      const visitor = await fetch(app.url + photo.links.self);
      await problemOf(visitor, 401);
    });

    test('detects and extracts without keeping', async () => {
      const ben = await newApiClient(app);
      const { png } = drawWords(['Total 12.50', 'Thank you']);
      const detected = (await (
        await ben.send('/api/v1/detect', png, { filename: 'x.png' })
      ).json()) as PhotoAnswer;
      assert.equal(detected.status, 'analysed');
      const keys = Object.keys(detected);
      assert.ok(!keys.includes('id') && !keys.includes('links'));
      assert.equal(detected.text, 'Total 12.50\nThank you');
      const extracted = (await (await ben.send('/api/v1/extract', png)).json()) as PhotoAnswer;
      assert.deepEqual(Object.keys(extracted).sort(), ['lines', 'text', 'timings']);
      assert.equal(extracted.text, detected.text);
      assert.deepEqual((await ben.get<PhotoList>('/api/v1/photos')).items, []);
    });

    test('names the 80 labels that it knows', async () => {
      const { labels } = await ada.get<{ labels: string[] }>('/api/v1/labels');
      assert.equal(labels.length, 80);
      assert.deepEqual([labels[0], labels.at(-1)], ['person', 'toothbrush']);
    });
  });
}
