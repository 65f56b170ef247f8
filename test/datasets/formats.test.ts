import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { after, describe, test } from 'node:test';
import { boxInside, type DatasetPhoto } from '../../src/datasets/dataset.ts';
import { DATASET_FORMATS, FORMATS, type FormatName } from '../../src/datasets/dataset-format.ts';
import { ZipReader } from '../../src/datasets/zip-reader.ts';
import { ZipWriter } from '../../src/datasets/zip-writer.ts';

const LABELS = [
  { id: 1, name: 'person' },
  { id: 13, name: 'stop sign' },
];
const LIMITS = { maxEntries: 100, maxUnpacked: 1_000_000 };

const PHOTOS: DatasetPhoto[] = [
  {
    name: 'first-0123.jpg',
    originalName: 'fïrst "photo", 1.jpg',
    width: 7919,
    height: 10_007,
    detections: [
      { label: 'stop sign', box: { x: 0, y: 0.01, width: 7919, height: 10_006.99 }, score: 0.9301 },
      { label: 'Kuh & <Kalb> "x"', box: { x: 3.33, y: 17.17, width: 0.01, height: 1234.56 }, score: null },
      { label: 'person', box: { x: 7918.99, y: 0, width: 0.01, height: 0.01 }, score: 1 },
    ],
    lines: [
      {
        text: '=HYPERLINK("x"),\n\'q\' -5 ☃',
        score: 0.5,
        polygon: [
          [0, 0],
          [10.01, 0.02],
          [10, 5.55],
          [0, 5],
        ],
      },
      {
        text: "'=1",
        score: null,
        polygon: [
          [1, 1],
          [2, 1],
          [2, 2],
          [1, 2],
        ],
      },
    ],
  },
  { name: 'empty-4567.png', originalName: '-5', width: 1, height: 1, detections: [], lines: [] },
  {
    name: 'third-89ab.png',
    originalName: 'c.png',
    width: 640,
    height: 480,
    detections: [{ label: 'person', box: { x: 1, y: 2, width: 3, height: 4 }, score: 0.35 }],
    lines: [],
  },
];

describe('forms of data sets', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'detectx-formats-'));
  after(() => rm(folder, { recursive: true, force: true }));
  let files = 0;

  async function write(name: FormatName, photos: readonly DatasetPhoto[]): Promise<string> {
    files += 1;
    const scratch = path.join(folder, `scratch-${files}`);
    await mkdir(scratch);
    const file = path.join(folder, `${files}.zip`);
    const zip = new ZipWriter(createWriteStream(file));
    const format = DATASET_FORMATS[name];
    const writer = format.write({ zip, scratch, labels: LABELS });
    for (const photo of photos) {
      if (format.pictures !== null)
        await zip.addStream(`${format.pictures}/${photo.name}`, Readable.from([Buffer.from(photo.name)]));
      await writer.add(photo);
    }
    await writer.finish();
    await zip.finish();
    return file;
  }

  async function open<Result>(file: string, use: (zip: ZipReader) => Promise<Result>): Promise<Result> {
    const zip = await ZipReader.open(file, LIMITS);
    try {
      return await use(zip);
    } finally {
      zip.close();
    }
  }

  const read = (name: FormatName, file: string) =>
    open(file, async (zip) => {
      const sizeOf = (picture: string) =>
        PHOTOS.find((photo) => photo.name === picture) ?? assert.fail(picture);
      const photos: DatasetPhoto[] = [];
      for await (const photo of DATASET_FORMATS[name].read(zip, sizeOf)) photos.push(photo);
      return photos;
    });

  for (const name of FORMATS) {
    test(`${name} gives back exactly what it carries, and is the same file every time`, async () => {
      const file = await write(name, PHOTOS);
      assert.deepEqual(await read(name, file), PHOTOS.map(DATASET_FORMATS[name].carried));
      const [one, other] = [await readFile(file), await readFile(await write(name, PHOTOS))];
      assert.equal(hashOf(one), hashOf(other));
    });
  }

  test('COCO has what other programs look for', async () => {
    const file = await write('coco', PHOTOS);
    const coco = JSON.parse(await open(file, (zip) => zip.wholeText('annotations.json')));
    assert.deepEqual(Object.keys(coco), [
      'info',
      'licenses',
      'images',
      'annotations',
      'text_annotations',
      'categories',
    ]);
    assert.deepEqual(coco.categories, [...LABELS, { id: 14, name: 'Kuh & <Kalb> "x"' }]);
    assert.deepEqual(coco.annotations[3], {
      id: 4,
      image_id: 3,
      category_id: 1,
      bbox: [1, 2, 3, 4],
      area: 12,
      segmentation: [],
      iscrowd: 0,
      score: 0.35,
    });
    assert.equal('score' in coco.annotations[1], false);
  });

  test('YOLO has normalised boxes and classes without gaps', async () => {
    const file = await write('yolo', PHOTOS);
    await open(file, async (zip) => {
      assert.equal(
        await zip.wholeText('labels/third-89ab.txt'),
        '0 0.00390625 0.0083333333 0.0046875 0.0083333333\n',
      );
      assert.equal(await zip.wholeText('labels/empty-4567.txt'), '');
      assert.match(
        await zip.wholeText('data.yaml'),
        // Beside this file, wherever a trainer is started.
        /^train: images\nval: images\nnames:\n {2}0: "person"\n {2}1: "stop sign"\n {2}2: "Kuh/,
      );
    });
  });

  test('CSV has no cell that a spreadsheet would run', async () => {
    const file = await write('csv', PHOTOS);
    const lines = await open(file, (zip) => zip.wholeText('lines.csv'));
    assert.match(lines, /,"'=HYPERLINK/);
    assert.match(lines, /,"''=1"/);
  });

  test('a damaged archive is told from a whole one', async () => {
    const bytes = await readFile(await write('coco', PHOTOS));
    const at = bytes.indexOf('bbox');
    bytes[at] = 0x42;
    const { writeFile } = await import('node:fs/promises');
    const damaged = path.join(folder, 'damaged.zip');
    await writeFile(damaged, bytes);
    await assert.rejects(read('coco', damaged), { code: 'invalid_input' });
  });

  test('boxes stay inside the picture and are the same when they are brought inside again', () => {
    const size = { width: 641, height: 479 };
    for (let i = 0; i < 2000; i++) {
      const box = { x: i * 0.3337 - 20, y: i * 0.2511 - 9, width: i * 0.0971, height: 11.2345 };
      const inside = boxInside(box, size);
      assert.deepEqual(boxInside(inside, size), inside);
      assert.ok(Math.round((inside.x + inside.width) * 100) <= 64_100);
    }
  });
});

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
