import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { type DetectionExport, exportText } from '../../src/admin/detection-export.ts';
import { DetectionHistory } from '../../src/admin/detection-history-read-model.ts';
import type { Database } from '../../src/database/database.ts';
import type { Photo } from '../../src/photos/photo.ts';
import { PhotoRepository } from '../../src/photos/photo-repository.ts';
import { TrashRepository } from '../../src/photos/trash-repository.ts';
import { sampleFindings } from '../photos/sample-photo.ts';
import { describeOnEachDatabase } from '../test-database.ts';
import { DetectionRecords } from './detection-records.ts';

const WANTED: DetectionExport = {
  filter: {},
  sort: 'oldest',
  labels: [{ id: 18, name: 'dog' }],
  baseUrl: 'http://localhost:3000',
};
const BATCH = 7;
const PHOTOS = 20;
const PER_PHOTO = 3;

interface Coco {
  images: { id: number }[];
  annotations: { image_id: number; category_id: number }[];
}

describeOnEachDatabase('export of a record that changes meanwhile', (open) => {
  let database: Database;
  let history: DetectionHistory;
  let photos: PhotoRepository;
  let trash: TrashRepository;
  let kept: Photo[];

  beforeEach(async () => {
    database ??= await open();
    history = new DetectionHistory(database, BATCH);
    photos = new PhotoRepository(database);
    trash = new TrashRepository(database);
    await database('members').delete();
    const records = new DetectionRecords(database);
    const member = await records.member('ada@example.org');
    kept = [];
    for (let i = 0; i < PHOTOS; i++) {
      kept.push(await records.keep(member, { day: i + 1, found: Array(PER_PHOTO).fill(['dog', 0.9]) }));
    }
  });

  /** Finds something else in a photo, as its analysis by a newer model would. */
  async function analyseAgain({ id, request }: Photo): Promise<void> {
    const box = { x: 1, y: 2, width: 3, height: 4 };
    const detections = Array(PER_PHOTO).fill({ label: 'dog', score: 0.8, box });
    assert.equal(await photos.replaceFindings(id, request, sampleFindings({ detections })), true);
  }

  /** The whole text, with something done after so many of its pieces. */
  async function exported(
    format: 'ndjson' | 'coco',
    sort: 'oldest' | 'newest',
    after: number,
    act: () => Promise<unknown>,
  ): Promise<string> {
    let text = '';
    let pieces = 0;
    for await (const piece of exportText(format, history, { ...WANTED, sort })) {
      text += piece;
      if (++pieces === after) await act();
    }
    assert.ok(pieces > after);
    return text;
  }

  for (const sort of ['oldest', 'newest'] as const) {
    test(`has every photo once where all are analysed again in the middle, the ${sort} first`, async () => {
      const text = await exported('ndjson', sort, 3, async () => {
        for (const photo of kept) await analyseAgain(photo);
      });
      const lines = text.trimEnd().split('\n');
      const found = lines.map((line) => JSON.parse(line) as { photo: { id: string }; score: number });
      const order = sort === 'oldest' ? kept : kept.toReversed();
      assert.deepEqual(
        found.map(({ photo }) => photo.id),
        order.flatMap(({ id }) => Array(PER_PHOTO).fill(id)),
      );
      assert.deepEqual(new Set(found.map(({ score }) => score)), new Set([0.9, 0.8]));
      for (const { id } of kept) {
        const scores = found.filter(({ photo }) => photo.id === id).map(({ score }) => score);
        assert.equal(new Set(scores).size, 1, 'old and new findings of one photo are mixed');
      }
    });
  }

  test('a COCO data set tells of what is in its images, and of no other image', async () => {
    const [trashed, again, removed] = kept;
    assert.ok(trashed && again && removed);
    await trash.put(trashed.id, new Date());
    let annotations = false;
    let text = '';
    for await (const piece of exportText('coco', history, WANTED)) {
      text += piece;
      if (annotations || !piece.includes('"annotations"')) continue;
      annotations = true;
      await trash.restore(trashed.id);
      await photos.delete(removed.id);
      await analyseAgain(again);
    }
    assert.ok(annotations);
    const data = JSON.parse(text) as Coco;
    const images = data.images.map(({ id }) => id);
    assert.deepEqual(
      images,
      kept.slice(1).map(({ sequence }) => sequence),
    );
    assert.deepEqual(
      data.annotations.map(({ image_id }) => image_id),
      images.filter((id) => id !== removed.sequence).flatMap((id) => Array(PER_PHOTO).fill(id)),
    );
  });

  test('reads a batch anew whose detections were replaced between its two looks', async () => {
    const [first] = kept;
    assert.ok(first);
    let change: Promise<unknown> | null = null;
    const replace = (_: unknown, { sql }: { sql: string }) => {
      if (change === null && /force index|indexed by/.test(sql)) change = analyseAgain(first);
    };
    database.on('query-response', replace);
    const text = await exported('ndjson', 'oldest', 1, async () => {});
    database.removeListener('query-response', replace);
    await change;
    assert.equal(text.trimEnd().split('\n').length, PHOTOS * PER_PHOTO);
  });
});
