import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { MemberRepository } from '../../src/accounts/member-repository.ts';
import type { Database } from '../../src/database/database.ts';
import type { Photo } from '../../src/photos/photo.ts';
import type { PageRequest, PhotoFilter } from '../../src/photos/photo-filter.ts';
import { PhotoRepository } from '../../src/photos/photo-repository.ts';
import { describeOnEachDatabase } from '../test-database.ts';
import { sampleFindings, samplePhoto, UNBOUNDED } from './sample-photo.ts';

const FIRST_PAGE: PageRequest = { sort: 'newest', cursor: null, backward: false, limit: 10 };

describeOnEachDatabase('photo repository', (open) => {
  let database: Database;
  let photos: PhotoRepository;
  let memberCount = 0;

  before(async () => {
    database = await open();
    photos = new PhotoRepository(database);
  });

  async function newMember(): Promise<string> {
    const email = `member${memberCount++}@example.org`;
    return (await new MemberRepository(database).create({ name: 'Ada', email, passwordHash: 'x' })).id;
  }

  async function keep(photo: Photo, findings = sampleFindings()): Promise<Photo> {
    await photos.insert(photo, UNBOUNDED);
    await photos.saveFindings(photo.id, photo.request, findings);
    return photo;
  }

  test('gives back what it was given, before and after the analysis', async () => {
    const photo = samplePhoto(await newMember(), { filename: 'Straße 🚦.jpg' });
    assert.equal(await photos.insert(photo, UNBOUNDED), true);
    assert.deepEqual(await photos.find(photo.id), photo);
    const findings = sampleFindings();
    assert.equal(await photos.saveFindings(photo.id, photo.request, findings), true);
    assert.deepEqual(await photos.find(photo.id), { ...photo, status: 'analysed', findings });
  });

  test('keeps the order of detections and lines, and text in any script', async () => {
    const detections = Array.from({ length: 120 }, (_, i) => ({
      label: i % 2 ? 'cup' : 'fork',
      score: 1 - i / 200,
      box: { x: i, y: 0, width: 1, height: 1 },
    }));
    const [line] = sampleFindings().lines;
    assert.ok(line);
    const lines = ['Überweisung 12,50 €', '収据', 'line 🙂', "it's; drop table photos"].map((text) => ({
      ...line,
      text,
    }));
    const photo = await keep(samplePhoto(await newMember()), sampleFindings({ detections, lines }));
    const found = await photos.find(photo.id);
    assert.deepEqual(found?.findings?.detections, detections);
    assert.deepEqual(found?.findings?.lines, lines);
  });

  test('takes one picture of a member once, and of another member again', async () => {
    const [ada, ben] = [await newMember(), await newMember()];
    const photo = samplePhoto(ada);
    assert.equal(await photos.insert(photo, UNBOUNDED), true);
    assert.equal(await photos.insert(samplePhoto(ada, { sha256: photo.sha256 }), UNBOUNDED), false);
    assert.equal(await photos.insert(samplePhoto(ben, { sha256: photo.sha256 }), UNBOUNDED), true);
    assert.equal((await photos.findByHash(ada, photo.sha256))?.id, photo.id);
    assert.equal(await photos.count(ada, {}), 1);
  });

  test('does not keep findings of a photo that was deleted, or asked for something else meanwhile', async () => {
    const photo = samplePhoto(await newMember());
    await photos.insert(photo, UNBOUNDED);
    await photos.requeue(photo.id, { tasks: ['objects'], minScore: 0.1 });
    assert.equal(await photos.saveFindings(photo.id, photo.request, sampleFindings()), false);
    assert.equal((await photos.find(photo.id))?.status, 'queued');
    assert.equal(await photos.delete(photo.id), true);
    assert.equal(
      await photos.saveFindings(photo.id, { tasks: ['objects'], minScore: 0.1 }, sampleFindings()),
      false,
    );
    assert.equal((await database('detections').where({ photo_id: photo.id })).length, 0);
  });

  test('keeps the findings of photos that are saved side by side', async () => {
    const memberId = await newMember();
    for (let round = 0; round < 15; round++) {
      const some = await Promise.all([1, 2, 3, 4].map(async () => samplePhoto(memberId)));
      for (const photo of some) await photos.insert(photo, UNBOUNDED);
      const saved = some.map((photo) => photos.saveFindings(photo.id, photo.request, sampleFindings()));
      assert.deepEqual(await Promise.all(saved), [true, true, true, true]);
    }
  });

  test('deletes every row of a photo, and no other', async () => {
    const memberId = await newMember();
    const [gone, stays] = [await keep(samplePhoto(memberId)), await keep(samplePhoto(memberId))];
    assert.equal(await photos.delete(gone.id), true);
    assert.equal(await photos.delete(gone.id), false);
    for (const table of ['detections', 'text_lines']) {
      assert.equal((await database(table).where({ photo_id: gone.id })).length, 0);
      assert.equal((await database(table).where({ photo_id: stays.id })).length, 1);
    }
  });

  test('drops what was found when a photo is queued again, and shows a failure', async () => {
    const photo = await keep(samplePhoto(await newMember()));
    await photos.requeue(photo.id, photo.request);
    assert.deepEqual(await photos.find(photo.id), photo);
    assert.ok((await photos.queuedIds(1000)).includes(photo.id));
    const other = { ...photo.request, minScore: 0.9 };
    assert.equal(await photos.saveFailure(photo.id, other, 'Of an analysis that nobody wants now.'), false);
    assert.equal(await photos.saveFailure(photo.id, photo.request, 'The file is broken.'), true);
    const failed = await photos.find(photo.id);
    assert.deepEqual(
      [failed?.status, failed?.error, failed?.findings],
      ['failed', 'The file is broken.', null],
    );
    assert.ok(!(await photos.queuedIds(1000)).includes(photo.id));
  });

  test('pages through equal times forward and backward without loss or repetition', async () => {
    const memberId = await newMember();
    for (let i = 0; i < 7; i++) {
      // Three of them at the same millisecond, so that the id has to decide.
      await photos.insert(
        samplePhoto(memberId, { createdAt: new Date(Date.UTC(2026, 0, 1, 0, 0, 0, Math.min(i, 4))) }),
        UNBOUNDED,
      );
    }
    for (const sort of ['newest', 'oldest'] as const) {
      const all = await photos.list(memberId, {}, { ...FIRST_PAGE, sort });
      const walked: Photo[] = [];
      let page = await photos.list(memberId, {}, { ...FIRST_PAGE, sort, limit: 2 });
      while (page.length > 0) {
        walked.push(...page);
        page = await photos.list(
          memberId,
          {},
          { sort, cursor: page.at(-1) ?? null, backward: false, limit: 2 },
        );
      }
      assert.deepEqual(
        walked.map((photo) => photo.id),
        all.map((photo) => photo.id),
      );
      const back = await photos.list(
        memberId,
        {},
        { sort, cursor: walked[4] ?? null, backward: true, limit: 2 },
      );
      assert.deepEqual(
        back.map((photo) => photo.id),
        all.slice(2, 4).map((photo) => photo.id),
      );
    }
  });

  test('finds the neighbours of a photo', async () => {
    const memberId = await newMember();
    const kept: Photo[] = [];
    for (const day of [1, 2, 3]) {
      const photo = samplePhoto(memberId, { createdAt: new Date(Date.UTC(2026, 0, day)) });
      await photos.insert(photo, UNBOUNDED);
      kept.push(photo);
    }
    const [oldest, middle, newest] = kept;
    assert.ok(oldest && middle && newest);
    assert.deepEqual(await photos.neighbours(middle), { newerId: newest.id, olderId: oldest.id });
    assert.deepEqual(await photos.neighbours(newest), { newerId: null, olderId: middle.id });
  });

  test('filters by label, score, text and time, alone and together', async () => {
    const memberId = await newMember();
    const box = { x: 0, y: 0, width: 1, height: 1 };
    const [line] = sampleFindings().lines;
    assert.ok(line);
    const day = (n: number) => new Date(Date.UTC(2026, 5, n));
    const bus = await keep(
      samplePhoto(memberId, { createdAt: day(1) }),
      sampleFindings({
        detections: [
          { label: 'bus', score: 0.4, box },
          { label: 'person', score: 0.9, box },
        ],
        lines: [{ ...line, text: '100% Cotton_shirt' }],
      }),
    );
    const dog = await keep(
      samplePhoto(memberId, { createdAt: day(2) }),
      sampleFindings({
        detections: [{ label: 'dog', score: 0.95, box }],
        lines: [{ ...line, text: '1000 cotton, Königstraße, ÉTÉ' }],
      }),
    );
    const empty = await keep(
      samplePhoto(memberId, { createdAt: day(3) }),
      sampleFindings({ detections: [], lines: [] }),
    );
    const matches = async (filter: PhotoFilter) => {
      const found = await photos.list(memberId, filter, FIRST_PAGE);
      assert.equal(await photos.count(memberId, filter), found.length);
      return found.map((photo) => photo.id).sort();
    };
    const ids = (...some: Photo[]) => some.map((photo) => photo.id).sort();
    assert.deepEqual(await matches({}), ids(bus, dog, empty));
    assert.deepEqual(await matches({ label: 'bus' }), ids(bus));
    assert.deepEqual(await matches({ label: 'bus', minScore: 0.5 }), []);
    assert.deepEqual(await matches({ minScore: 0.9 }), ids(bus, dog));
    assert.deepEqual(await matches({ text: 'COTTON' }), ids(bus, dog));
    for (const text of ['été', 'ete', 'KÖNIGSTRASSE', 'konig'])
      assert.deepEqual(await matches({ text }), ids(dog));
    assert.deepEqual(await matches({ text: 'étè2' }), []);
    assert.deepEqual(await matches({ text: '100%' }), ids(bus));
    assert.deepEqual(await matches({ text: 'n_s' }), ids(bus));
    assert.deepEqual(await matches({ from: day(2) }), ids(dog, empty));
    assert.deepEqual(await matches({ before: day(2) }), ids(bus));
    assert.deepEqual(await matches({ from: day(1), before: day(3), label: 'dog', text: 'cotton' }), ids(dog));
    assert.deepEqual(await photos.labels(memberId), ['bus', 'dog', 'person']);
    assert.deepEqual(await photos.countFindings(memberId), { detections: 3, lines: 2 });
  });
});
