import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { MemberRepository } from '../../src/accounts/member-repository.ts';
import type { Database } from '../../src/database/database.ts';
import type { Photo } from '../../src/photos/photo.ts';
import { PhotoRepository } from '../../src/photos/photo-repository.ts';
import { describeOnEachDatabase } from '../test-database.ts';
import { sampleFindings, samplePhoto, UNBOUNDED } from './sample-photo.ts';

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
    assert.deepEqual(await photos.insert(photo, UNBOUNDED), photo);
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
    assert.deepEqual(await photos.insert(photo, UNBOUNDED), photo);
    assert.equal(await photos.insert(samplePhoto(ada, { sha256: photo.sha256 }), UNBOUNDED), null);
    assert.ok(await photos.insert(samplePhoto(ben, { sha256: photo.sha256 }), UNBOUNDED));
    assert.equal((await photos.findByHash(ada, photo.sha256))?.id, photo.id);
    assert.equal((await photos.usage(ada)).photos, 1);
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

  test('never queues again what is analysed', async () => {
    const photo = await keep(samplePhoto(await newMember()));
    await photos.requeue(photo.id, { tasks: ['objects'], minScore: 0.9 });
    const kept = await photos.find(photo.id);
    assert.deepEqual(kept, { ...photo, status: 'analysed', findings: sampleFindings() });
  });

  test('shows a failure, and queues the photo again', async () => {
    const photo = samplePhoto(await newMember());
    await photos.insert(photo, UNBOUNDED);
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
    await photos.requeue(photo.id, other);
    assert.deepEqual(await photos.find(photo.id), { ...photo, request: other });
  });

  test('gives a number that is taken to nobody else', async () => {
    const memberId = await newMember();
    const first = await keep(samplePhoto(memberId));
    const second = samplePhoto(memberId, { sequence: first.sequence });
    const kept = await photos.insert(second, UNBOUNDED);
    const found = await photos.find(second.id);
    assert.ok(found && found.sequence !== first.sequence);
    assert.equal(kept?.sequence, found.sequence);
    assert.deepEqual(found.createdAt, first.createdAt);
  });
});
