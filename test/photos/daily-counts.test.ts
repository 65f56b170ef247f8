import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { MemberRepository } from '../../src/accounts/member-repository.ts';
import type { Database } from '../../src/database/database.ts';
import { dayOf, readModels, spellModels, startOfDay } from '../../src/photos/daily-count.ts';
import { countAll } from '../../src/photos/daily-count-repository.ts';
import type { Photo } from '../../src/photos/photo.ts';
import { PhotoRepository } from '../../src/photos/photo-repository.ts';
import { bucketOf, middleOf } from '../../src/photos/time-buckets.ts';
import { TrashRepository } from '../../src/photos/trash-repository.ts';
import { describeOnEachDatabase } from '../test-database.ts';
import { sampleFindings, samplePhoto, UNBOUNDED } from './sample-photo.ts';

const BOX = { x: 0, y: 0, width: 1, height: 1 };
const NOON = new Date('2026-11-20T12:00:00Z');
const DAY = 20_777;

describe('parts of the daily counts', () => {
  test('a day is one of UTC', () => {
    assert.equal(dayOf(new Date('2026-11-20T00:00:00Z')), DAY);
    assert.equal(dayOf(new Date('2026-11-20T23:59:59.999Z')), DAY);
    assert.equal(startOfDay(DAY).toISOString(), '2026-11-20T00:00:00.000Z');
  });

  test('a bucket tells a time to within 4.5 %', () => {
    for (const time of [1.1, 7, 35.5, 90, 133, 1000, 12_345, 599_999]) {
      assert.ok(Math.abs(middleOf(bucketOf(time)) / time - 1) < 0.045, `${time}`);
    }
    assert.deepEqual([bucketOf(0), bucketOf(1), bucketOf(2), bucketOf(1e12)], [0, 0, 8, 160]);
  });

  test('versions of models are spelled the same in any order', () => {
    const models = { text_detector: '1', object_detector: '20=a' };
    assert.equal(spellModels(models), 'object_detector=20=a,text_detector=1');
    assert.deepEqual(readModels(spellModels(models)), models);
  });
});

describeOnEachDatabase('daily counts', (open) => {
  let database: Database;
  let photos: PhotoRepository;
  let memberId: string;

  before(async () => {
    database = await open();
    photos = new PhotoRepository(database);
    const member = { name: 'Ada', email: 'ada@example.org', passwordHash: 'x' };
    memberId = (await new MemberRepository(database).create(member)).id;
  });

  async function counts(): Promise<Record<string, number>> {
    const rows = await database('daily_counts').where({ day: DAY }).where('count', '<>', 0);
    return Object.fromEntries(rows.map(({ kind, item, count }) => [`${kind} ${item}`.trim(), count]));
  }

  async function timings(): Promise<string[]> {
    const rows = await database('daily_timings').where('count', '<>', 0).orderBy(['models', 'stage']);
    return rows.map(({ engine, models, stage, bucket, count }) =>
      [engine, models, stage, bucket, count].join(' '),
    );
  }

  const newPhoto = () => samplePhoto(memberId, { createdAt: NOON });
  const detections = [
    { label: 'dog', score: 0.93, box: BOX },
    { label: 'dog', score: 0.41, box: BOX },
    { label: 'cat', score: 1, box: BOX },
  ];

  test('follow a photo from its upload to its end', async () => {
    const photo = newPhoto();
    await photos.insert(photo, UNBOUNDED);
    assert.deepEqual(await counts(), { photos: 1, bytes: 12_345 });

    await photos.saveFindings(photo.id, photo.request, sampleFindings({ detections }));
    const analysed = {
      photos: 1,
      bytes: 12_345,
      detections: 3,
      lines: 1,
      'label cat': 1,
      'label dog': 2,
      'score 18': 1,
      'score 8': 1,
      'score 19': 1,
    };
    assert.deepEqual(await counts(), analysed);
    const models = 'object_detector=1,text_detector=1,text_recognizer=1';
    assert.deepEqual(await timings(), [
      `embedded ${models} decode 24 1`,
      `embedded ${models} detect 41 1`,
      `embedded ${models} read 51 1`,
      `embedded ${models} total 56 1`,
    ]);

    const again = sampleFindings({
      detections: detections.slice(0, 1),
      lines: [],
      models: { object_detector: '2' },
    });
    const request = { tasks: ['objects'] as const, minScore: 0.9 };
    assert.equal(await photos.replaceFindings(photo.id, photo.request, again, request), true);
    assert.deepEqual((await photos.find(photo.id))?.request, request);
    const { detections: found, 'label dog': dogs, lines } = await counts();
    assert.deepEqual([found, dogs, lines], [1, 1, undefined]);
    assert.deepEqual(await timings(), [
      'embedded object_detector=2 decode 24 1',
      'embedded object_detector=2 detect 41 1',
      'embedded object_detector=2 total 56 1',
    ]);

    assert.equal(await photos.delete(photo.id), true);
    assert.deepEqual(await counts(), {});
    assert.deepEqual(await timings(), []);
  });

  test('leave out what is in the trash', async () => {
    const photo = newPhoto();
    await photos.insert(photo, UNBOUNDED);
    await photos.saveFindings(photo.id, photo.request, sampleFindings());
    const before = await counts();
    const trash = new TrashRepository(database);
    await trash.put(photo.id, new Date());
    assert.deepEqual(await counts(), {});
    await trash.restore(photo.id);
    assert.deepEqual(await counts(), before);
    await trash.put(photo.id, new Date());
    await trash.delete(photo.id);
    assert.deepEqual(await counts(), {});
  });

  test('do not change by findings that are not kept, nor by a photo that is not added', async () => {
    const photo = newPhoto();
    await photos.insert(photo, UNBOUNDED);
    await photos.insert({ ...newPhoto(), sha256: photo.sha256 }, UNBOUNDED);
    await photos.saveFindings(photo.id, { tasks: ['text'], minScore: 0.1 }, sampleFindings());
    await photos.saveFailure(photo.id, photo.request, 'Broken.');
    assert.deepEqual(await counts(), { photos: 1, bytes: 12_345 });
    await photos.delete(photo.id);
  });

  test('are right after many things at once, and the same when counted anew', async () => {
    const many: Photo[] = Array.from({ length: 24 }, (_, i) =>
      samplePhoto(memberId, { createdAt: new Date(NOON.getTime() - (i % 3) * 24 * 3_600_000) }),
    );
    await Promise.all(many.map((photo) => photos.insert(photo, UNBOUNDED)));
    await inGroups(many, (photo) =>
      photos.saveFindings(photo.id, photo.request, sampleFindings({ detections })),
    );
    const [deleted, replaced] = [many.slice(0, 6), many.slice(6, 12)];
    const nothing = sampleFindings({ detections: [] });
    await inGroups([...deleted, ...replaced], (photo) =>
      deleted.includes(photo)
        ? photos.delete(photo.id)
        : photos.replaceFindings(photo.id, photo.request, nothing),
    );
    const tables = async () => [await counts(), await timings()];
    const kept = await tables();
    const { photos: ofDay, 'label dog': dogs } = await counts();
    assert.deepEqual([ofDay, dogs], [6, 8]);
    await countAll(database);
    assert.deepEqual(await tables(), kept);
  });
});

/** Four at a time, as the queue does. */
async function inGroups<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < items.length; at += 4) await Promise.all(items.slice(at, at + 4).map(act));
}
