import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Statistics } from '../../src/admin/statistics.ts';
import type { Findings } from '../../src/photos/photo.ts';
import { PhotoRepository } from '../../src/photos/photo-repository.ts';
import { type Browser, memberBrowser } from '../http/browser.ts';
import { sampleFindings, samplePhoto, UNBOUNDED } from '../photos/sample-photo.ts';
import { describeOnEachApp } from '../test-app.ts';

const BOX = { x: 0, y: 0, width: 1, height: 1 };
const dog = (score: number) => ({ label: 'dog', score, box: BOX });

describeOnEachApp('statistics', (app) => {
  let admin: Browser;
  let member: Browser;
  let memberId: string;

  before(async () => {
    admin = await memberBrowser(app().server, 'ada@example.org');
    member = await memberBrowser(app().server, 'ben@example.org');
    const row = await app().services.database('members').where({ email: 'ben@example.org' }).first('id');
    memberId = row.id;
    await keep('2026-03-01T00:00:00.000Z', { detections: [dog(0.95), dog(0.42)] });
    await keep('2026-03-01T23:59:59.999Z', {
      detections: [{ label: 'cat', score: 0.5, box: BOX }],
      lines: [],
      models: { object_detector: '2' },
      timings: { decodeMs: 4, detectMs: 40, readMs: 0, totalMs: 44 },
    });
    await keep('2026-03-03T12:00:00.000Z', { detections: [], lines: [] });
    await keep('2026-03-04T00:00:00.000Z', { detections: [dog(0.9)] });
    await app()
      .services.database('feedback')
      .insert({
        member_id: memberId,
        rating: 5,
        message: 'Good.',
        folded_message: 'good',
        state: 'new',
        created_at: new Date('2026-03-03T23:00:00Z'),
      });
  });

  async function keep(time: string, findings: Partial<Findings>): Promise<void> {
    const photos = new PhotoRepository(app().services.database);
    const photo = samplePhoto(memberId, { createdAt: new Date(time), bytes: 1000 });
    await photos.insert(photo, UNBOUNDED);
    await photos.saveFindings(photo.id, photo.request, sampleFindings(findings));
  }

  async function ask(query: string): Promise<Statistics> {
    const response = await admin.get(`/api/v1/admin/stats${query}`);
    assert.equal(response.status, 200, response.text);
    return response.body;
  }

  test('count what was uploaded on the days of the range, both ends included', async () => {
    const { days, totals, labels, scores, members, storage } = await ask('?from=2026-03-01&to=2026-03-03');
    assert.deepEqual(days, [
      { day: '2026-03-01', photos: 2, bytes: 2000, detections: 3, lines: 1, feedback: 0 },
      { day: '2026-03-02', photos: 0, bytes: 0, detections: 0, lines: 0, feedback: 0 },
      { day: '2026-03-03', photos: 1, bytes: 1000, detections: 0, lines: 0, feedback: 1 },
    ]);
    assert.deepEqual(totals, { photos: 3, bytes: 3000, detections: 3, lines: 1, feedback: 1 });
    assert.deepEqual(labels, [
      { label: 'dog', count: 2 },
      { label: 'cat', count: 1 },
    ]);
    assert.deepEqual(
      scores.filter(({ count }) => count > 0),
      [
        { from: 0.4, to: 0.45, count: 1 },
        { from: 0.5, to: 0.55, count: 1 },
        { from: 0.95, to: 1, count: 1 },
      ],
    );
    assert.deepEqual(members, { total: 2, suspended: 0, active: 1, new: 0 });
    assert.deepEqual(storage, { photos: 4, bytes: 4000, waiting: 0, trash: { photos: 0, bytes: 0 } });
  });

  test('tell times by engine, model and version, whatever else was found in the photo', async () => {
    const text = { text_detector: '1', text_recognizer: '1' };
    const timings = { decodeMs: 4, detectMs: 10, readMs: 100, totalMs: 120 };
    for (const [models, detectMs, readMs, engine] of [
      [{ object_detector: '1', ...text }, 10, 400, 'embedded'],
      // No text in it: the recognizer had nothing to read.
      [{ object_detector: '1', text_detector: '1' }, 20, 100, 'embedded'],
      [{ object_detector: '1' }, 40, 0, 'embedded'],
      [text, 0, 800, 'embedded'],
      [{ object_detector: '2', ...text }, 80, 200, 'embedded'],
      [{ object_detector: '1' }, 160, 0, 'tfjs-node'],
    ] as const) {
      await keep('2026-02-01T12:00:00.000Z', {
        detections: [],
        engine,
        models,
        timings: { ...timings, detectMs, readMs },
      });
    }
    const { latency } = await ask('?from=2026-02-01&to=2026-02-01');
    const rows = latency.map(({ engine, models, photos, stages: { decode, detect, read, total } }) => {
      const times = [decode, detect, read, total].map((stage) => stage && [stage.p50, stage.p99]);
      return [engine, models, photos, times];
    });
    assert.deepEqual(rows, [
      ['embedded', {}, 5, [[4.2, 4.2], null, null, [123, 123]]],
      ['embedded', { object_detector: '1' }, 3, [null, [20, 40], null, null]],
      ['embedded', { object_detector: '2' }, 1, [null, [79, 79], null, null]],
      ['embedded', { text_detector: '1' }, 4, [null, null, [206, 825], null]],
      ['embedded', { text_recognizer: '1' }, 3, [null, null, [412, 825], null]],
      ['tfjs-node', {}, 1, [[4.2, 4.2], null, null, [123, 123]]],
      ['tfjs-node', { object_detector: '1' }, 1, [null, [159, 159], null, null]],
    ]);
    await app().services.database('photos').where('created_at', '<', new Date('2026-02-02')).delete();
  });

  test('tell precision from what owners said of photos in the range', async () => {
    const { database } = app().services;
    await database('detections')
      .where({ label: 'dog' })
      .where('score', '>', 0.5)
      .update({ verdict: 'right' });
    await database('detections')
      .where({ label: 'dog' })
      .where('score', '<', 0.5)
      .update({ verdict: 'wrong' });
    const { accuracy } = await ask('?from=2026-03-01&to=2026-03-03&precision=50');
    assert.deepEqual([accuracy.target, accuracy.verdicts], [0.5, 2]);
    const [label] = accuracy.labels;
    assert.deepEqual([label?.label, label?.right, label?.wrong, label?.precision.value], ['dog', 1, 1, 0.5]);
    assert.deepEqual(label?.threshold, { state: 'too_few_verdicts' });
  });

  test('are of the last 30 days unless others are asked', async () => {
    const { days, to, members } = await ask('');
    assert.equal(days.length, 30);
    assert.equal(to, new Date().toISOString().slice(0, 10));
    assert.deepEqual(members, { total: 2, suspended: 0, active: 0, new: 2 });
    assert.equal((await ask('?to=2026-03-30')).from, '2026-03-01');
  });

  test('refuse days that are none, and say so in the form', async () => {
    for (const query of ['from=soon', 'from=2026-03-02&to=2026-03-01', 'from=2020-01-01', 'precision=0']) {
      assert.equal((await admin.get(`/api/v1/admin/stats?${query}`)).status, 400, query);
    }
    const page = await admin.get('/admin?from=soon');
    assert.equal(page.status, 400);
    assert.match(page.text, /Give a day as 2026-11-20\./);
    assert.match(page.text, /value="soon"/);
  });

  test('tell scores for a precision that there is, whatever stands in a refused form', async () => {
    const { database } = app().services;
    await keep(new Date().toISOString(), { detections: [dog(0.7)] });
    await database('detections').where({ score: 0.7 }).update({ verdict: 'right' });
    const { status, text } = await admin.get('/admin?precision=150');
    await database('photos').where('created_at', '>', new Date('2026-06-01')).delete();
    assert.equal(status, 400);
    assert.match(text, /value="150"/);
    assert.match(text, /Score for 95 %/);
    assert.doesNotMatch(text, /150 %/);
  });

  test('stand on the page of admins, complete without script, and are theirs alone', async () => {
    const { text } = await admin.get('/admin?from=2026-03-01&to=2026-03-03');
    assert.match(text, /<th scope="row">dog<\/th><td class="number" data-value="2">2<\/td>/);
    assert.match(text, /Detect<\/th><td[^>]*>object detector 1<\/td><td class="number">2<\/td>/);
    assert.match(text, /Detect<\/th><td[^>]*>object detector 2<\/td><td class="number">1<\/td>/);
    assert.match(text, /Too few verdicts: 2 of the 20 that it takes\./);
    assert.equal((await member.get('/admin')).status, 403);
    assert.equal((await member.get('/api/v1/admin/stats')).status, 403);
  });
});
