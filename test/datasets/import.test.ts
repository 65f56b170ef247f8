import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Zippable, zipSync } from 'fflate';
import { type ApiClient, newApiClient, type PhotoAnswer, problemOf } from '../api-client.ts';
import { drawClock, drawStopSign, drawWords } from '../drawn-pictures.ts';
import { memberBrowser } from '../http/browser.ts';
import { startTestApp, type TestApp } from '../test-app.ts';
import { exported, imported, sent, textsIn } from './dataset-client.ts';

const clock = drawClock().png;
const stop = drawStopSign().png;
const categories = [
  { id: 7, name: 'clock' },
  { id: 9, name: 'unicorn' },
];

describe('import of data sets', () => {
  let app: TestApp | undefined;
  let ada: ApiClient;

  before(async () => {
    app = await startTestApp({ env: { MAX_UPLOAD_MB: '1' } });
  });
  after(() => app?.close());

  const running = () => app ?? assert.fail();
  const newMember = async () => {
    ada = await newApiClient(running());
    return ada;
  };

  /** What the corrections of a photo say. */
  async function said(client: ApiClient, id: string | undefined) {
    const photo = await client.get<PhotoAnswer>(`/api/v1/photos/${id}?as=corrected`);
    return photo.detections.map(({ label, box }) => [label, box.x, box.y, box.width, box.height]);
  }

  test('takes what other programs make, wherever in the archive it stands', async () => {
    const client = await newMember();
    const train = {
      images: [{ id: 'a', file_name: 'clock.png', width: 640, height: 480 }],
      categories,
      annotations: [
        {
          id: 1,
          image_id: 'a',
          category_id: 9,
          bbox: [10, 20, 30, 40],
          area: 1200,
          iscrowd: 0,
          segmentation: [[1, 2, 3, 4, 5, 6]],
        },
        { id: 2, image_id: 'a', category_id: 7, bbox: [600, 400, 100, 100] },
      ],
    };
    const valid = {
      annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [1, 1, 5, 5] }],
      categories: [{ id: 1, name: ' stop sign ' }],
      images: [{ id: 1, file_name: 'deep\\stop.png' }],
    };
    const answer = await imported(
      client,
      archiveOf({
        'train/_annotations.coco.json': train,
        'train/clock.png': clock,
        'valid/_annotations.coco.json': valid,
        'data/pictures/deep/stop.png': stop,
        'data/pictures/left.png': stop,
        '__MACOSX/train/._annotations.coco.json': { x: 1 },
        'captions.json': [{ text: 'hello' }],
      }),
    );
    assert.deepEqual(answer.counts, { taken: 2, known: 0, incomplete: 0, refused: 0 });
    assert.deepEqual(await said(client, answer.photos[0]?.id), [
      ['unicorn', 10, 20, 30, 40],
      ['clock', 600, 400, 40, 80],
    ]);
    assert.deepEqual(await said(client, answer.photos[1]?.id), [['stop sign', 1, 1, 5, 5]]);
    assert.match(answer.notes.join('\n'), /“captions\.json” was passed over/);
    assert.match(answer.notes.join('\n'), /Outlines \(segmentation\).*: 1\./);
    assert.match(answer.notes.join('\n'), /left out: 1\./);
  });

  test('says of each photo what was not taken, and why, and takes the others', async () => {
    const client = await newMember();
    const images = ['clock', 'stop', 'gone', 'text', 'twice', 'other', 'large'].map((name, id) => ({
      id,
      file_name: `${name}.png`,
      ...(name === 'stop' ? { width: 480, height: 640 } : {}),
    }));
    const annotations = [
      { image_id: 0, category_id: 7, bbox: [-10, -10, 50, 50], score: 0.5 },
      { image_id: 0, category_id: 7, bbox: [700, 10, 50, 50] },
      { image_id: 0, category_id: 7, bbox: [10, 10, -5, 5] },
      { image_id: 0, category_id: 99, bbox: [10, 10, 5, 5] },
      { image_id: 0, category_id: 7, bbox: [10, 10, 5, 5], iscrowd: 1 },
      { image_id: 0, category_id: 7 },
      { image_id: 1, category_id: 7, bbox: [10, 10, 5, 5] },
      { image_id: 77, category_id: 7, bbox: [10, 10, 5, 5] },
      'nonsense',
    ];
    const files = {
      'clock.png': clock,
      'stop.png': stop,
      'text.png': Buffer.from('hello'),
      'twice.png': clock,
    };
    const answer = await imported(
      client,
      archiveOf({
        'coco.json': { images, annotations, categories: [...categories, { id: 99, name: 'x\u{ffff}' }] },
        ...files,
        'a/other.png': stop,
        'b/other.png': stop,
        'large.png': Buffer.alloc(1024 * 1024 + 1, 'not to be packed small').map(
          (byte, i) => byte ^ ((i * 7919) % 251),
        ),
      }),
    );
    assert.deepEqual(answer.counts, { taken: 1, known: 0, incomplete: 1, refused: 5 });
    const notes = Object.fromEntries(answer.photos.map(({ name, notes }) => [name, notes.join('\n')]));
    for (const note of [
      /categories without a usable name: 1\./,
      /crowds: 1\./,
      /without a box: 1\./,
      /outside the picture, or have no size: 2\./,
    ])
      assert.match(notes['clock.png'] ?? '', note);
    assert.match(notes['stop.png'] ?? '', /480 × 640.*640 × 480/);
    assert.match(notes['gone.png'] ?? '', /not in the archive/);
    assert.match(notes['text.png'] ?? '', /text/);
    assert.match(notes['twice.png'] ?? '', /same picture as “clock\.png”/);
    assert.match(notes['other.png'] ?? '', /cannot be told/);
    assert.match(notes['large.png'] ?? '', /at most 1 MB/);
    // The clock that is found is not denied: the annotation without a box may mean it.
    const [given, found] = await said(client, answer.photos[0]?.id);
    assert.deepEqual([given, found?.[0]], [['clock', 0, 0, 40, 40], 'clock']);
    assert.match(answer.notes.join('\n'), /does not name: 1\./);
    const { items } = await client.get<{ items: PhotoAnswer[] }>('/api/v1/photos');
    assert.deepEqual(items.map(({ filename }) => filename).sort(), ['clock.png', 'stop.png']);
  });

  test('completes what is here already, and doubles nothing', async () => {
    const client = await newMember();
    const { id } = await client.upload(clock, 'mine.png');
    const archive = archiveOf({
      'a.json': {
        images: [{ id: 1, file_name: 'clock.png' }],
        categories,
        annotations: [{ image_id: 1, category_id: 9, bbox: [1, 2, 3, 4] }],
      },
      'clock.png': clock,
    });
    for (let time = 0; time < 2; time++) {
      const { counts, photos } = await imported(client, archive);
      assert.deepEqual([counts.known, photos[0]?.id], [1, id]);
    }
    assert.deepEqual(await said(client, id), [['unicorn', 1, 2, 3, 4]]);
    const { items } = await client.get<{ items: PhotoAnswer[] }>('/api/v1/photos');
    assert.equal(items.length, 1);
  });

  /** What is said of the photo's detections, and the lines that are in it, after a data set of this one photo. */
  async function judged(document: object): Promise<{ verdicts: unknown[]; lines: number; outcome?: string }> {
    const client = await newMember();
    const images = [{ id: 1, file_name: 'stop.png' }];
    const { photos } = await imported(
      client,
      archiveOf({ 'a.json': { images, annotations: [], ...document }, 'stop.png': stop }),
    );
    const [photo] = photos;
    const { database } = running().services;
    const verdicts = await database('detections').where({ photo_id: photo?.id }).pluck('verdict');
    const { lines } = await client.get<PhotoAnswer>(`/api/v1/photos/${photo?.id}?as=corrected`);
    return { verdicts, lines: lines.length, ...(photo && { outcome: photo.outcome }) };
  }

  test('judges only what the data set speaks of', async () => {
    const kites = [{ id: 1, name: 'kite' }];
    const signs = [{ id: 1, name: 'Stop-Sign' }];
    const box = { image_id: 1, category_id: 1, bbox: [1, 1, 5, 5] };
    assert.deepEqual(await judged({ categories: kites, annotations: [box] }), {
      verdicts: [null],
      lines: 1,
      outcome: 'taken',
    });
    assert.deepEqual(await judged({ categories: signs, annotations: [box], text_annotations: [] }), {
      verdicts: ['wrong'],
      lines: 0,
      outcome: 'taken',
    });
    // Where signs are so many that they are not told one by one.
    const crowd = { ...box, iscrowd: 1, bbox: [0, 0, 640, 480] };
    assert.deepEqual(await judged({ categories: signs, annotations: [box, crowd] }), {
      verdicts: [null],
      lines: 1,
      outcome: 'taken',
    });
    const line = { image_id: 1, text: 'STOP', polygon: 'all of it' };
    assert.equal(
      (await judged({ categories: signs, annotations: [box], text_annotations: [line] })).lines,
      1,
    );
  });

  test('leaves the corrections of a photo of which it can take nothing', async () => {
    const client = await newMember();
    const { id } = await client.upload(clock);
    const path = `/api/v1/photos/${id}/corrections`;
    const { version } = await client.get<{ version: string }>(path);
    const done = { version, act: 'label', detection: 0, label: 'frisbee' };
    const headers = { 'Content-Type': 'application/json' };
    await client.fetch(path, { method: 'POST', headers, body: JSON.stringify(done) });
    const before = await said(client, id);
    const images = [{ id: 1, file_name: 'clock.png' }];
    const box = { image_id: 1, category_id: 7, bbox: [1, 2, 3, 4] };
    const nothing: object[] = [
      { annotations: [{ ...box, image_id: 'clock' }] },
      { annotations: [{ ...box, image_id: null }] },
      { annotations: [{ ...box, bbox: 'left' }] },
      { annotations: [{ ...box, category_id: {} }] },
      { annotations: [{ ...box, iscrowd: 1 }] },
      { annotations: [], text_annotations: [{ image_id: 2, text: 'X', polygon: [1, 1, 9, 1, 9, 9, 1, 9] }] },
      {},
    ];
    for (const document of nothing) {
      const archive = archiveOf({ 'a.json': { images, categories, ...document }, 'clock.png': clock });
      const { counts, photos } = await imported(client, archive);
      assert.equal(counts.incomplete, 1, JSON.stringify(document));
      assert.match(photos[0]?.notes.join() ?? '', /was corrected to stays/);
      assert.deepEqual(await said(client, id), before);
    }
    // A photo that is said to be empty is.
    const empty = archiveOf({ 'a.json': { images, categories, annotations: [] }, 'clock.png': clock });
    assert.equal((await imported(client, empty)).counts.known, 1);
    assert.deepEqual(await said(client, id), []);
  });

  test('takes numbers that are written as text in one place for the same', async () => {
    const client = await newMember();
    const document = {
      images: [
        { id: 1, file_name: 'clock.png' },
        { id: '2', file_name: 'stop.png' },
      ],
      categories,
      annotations: [
        { image_id: '1', category_id: '9', bbox: [1, 2, 3, 4] },
        { image_id: 2, category_id: 9, bbox: [5, 6, 7, 8] },
      ],
    };
    const { photos } = await imported(
      client,
      archiveOf({ 'a.json': document, 'clock.png': clock, 'stop.png': stop }),
    );
    assert.deepEqual((await said(client, photos[0]?.id))[0], ['unicorn', 1, 2, 3, 4]);
    assert.deepEqual((await said(client, photos[1]?.id))[0], ['unicorn', 5, 6, 7, 8]);
  });

  test('keeps whole photos as far as there is room', async () => {
    const client = await newMember();
    await running().services.database('members').where({ id: client.memberId }).update({ quota_photos: 1 });
    const images = ['a', 'b', 'c'].map((name, id) => ({ id, file_name: `${name}.png` }));
    const files = Object.fromEntries(images.map(({ file_name }) => [file_name, drawWords(file_name).png]));
    const { counts, photos } = await imported(
      client,
      archiveOf({ 'a.json': { images, categories, annotations: [] }, ...files }),
    );
    assert.deepEqual([counts.taken, counts.refused], [1, 2]);
    assert.match(photos[1]?.notes[0] ?? '', /You may keep 1 photo/);
    // What is here needs no room.
    const turned = { images: images.toReversed(), categories, annotations: [] };
    const again = await imported(client, archiveOf({ 'a.json': turned, ...files }));
    assert.deepEqual(
      again.photos.map(({ name, outcome }) => [name, outcome]),
      [
        ['c.png', 'refused'],
        ['b.png', 'refused'],
        ['a.png', 'known'],
      ],
    );
    const document = textsIn(await exported(client, { format: 'coco' }))['annotations.json'] ?? '';
    assert.equal(JSON.parse(document).images.length, 1);
  });

  test('takes several files of annotations over the same pictures for one', async () => {
    const client = await newMember();
    const image = { id: 1, file_name: 'clock.png', width: 640, height: 480 };
    const face = { image_id: 1, category_id: 7, bbox: [10, 20, 30, 40] };
    const { counts, photos, notes } = await imported(
      client,
      archiveOf({
        'annotations/instances.json': {
          images: [image, { ...image, id: 2 }],
          categories,
          annotations: [face, { image_id: 2, category_id: 9, bbox: [1, 1, 5, 5] }],
        },
        'annotations/keypoints.json': {
          images: [{ ...image, id: 9 }],
          categories,
          annotations: [
            { ...face, image_id: 9 },
            { image_id: 9, category_id: 7, bbox: [100, 100, 50, 50] },
          ],
        },
        'images/clock.png': clock,
      }),
    );
    assert.deepEqual([counts.taken, photos.length, notes], [1, 1, []]);
    assert.deepEqual(await said(client, photos[0]?.id), [
      ['clock', 10, 20, 30, 40],
      ['unicorn', 1, 1, 5, 5],
      ['clock', 100, 100, 50, 50],
    ]);
  });

  test('unpacks a picture once, however many names it is given', async () => {
    const client = await newMember();
    const images = ['clock.png', './clock.png', 'x/../clock.png'].map((file_name, id) => ({ id, file_name }));
    const archive = archiveOf({ 'a.json': { images, categories, annotations: [] }, 'clock.png': clock });
    const { counts, photos } = await imported(client, archive);
    assert.deepEqual([counts.taken, counts.refused], [1, 2]);
    assert.match(photos[2]?.notes[0] ?? '', /same picture as “clock\.png”/);
  });

  test('finds pictures by the names that programs give them', async () => {
    const client = await newMember();
    const names = ['train2017/1.png', '../images/2.png', 'e\u0301.png', 'none/5.png'];
    const files = { 'images/1.png': 1, 'images/2.png': 2, '\u00e9.png': 3, 'a/5.png': 5, 'b/5.png': 6 };
    const drawn = Object.entries(files).map(([name, no]) => [name, drawWords(`no ${no}`).png]);
    const { photos } = await imported(
      client,
      archiveOf({
        'annotations/a.json': {
          images: names.map((file_name, id) => ({ id, file_name })),
          categories,
          annotations: [],
        },
        ...Object.fromEntries(drawn),
      }),
    );
    assert.deepEqual(
      photos.map(({ outcome }) => outcome),
      ['taken', 'taken', 'taken', 'refused'],
    );
  });

  test('takes so much of one photo as can be shown, and says what it left out', async () => {
    const client = await newMember();
    const annotations = Array.from({ length: 1200 }, (_, i) => ({
      image_id: 1,
      category_id: 7,
      bbox: [i % 600, i % 400, 5, 5],
    }));
    const polygon = [1, 1, 9, 1, 9, 9, 1, 9];
    const text_annotations = Array.from({ length: 1001 }, (_, i) => ({ image_id: 1, text: `${i}`, polygon }));
    const images = [{ id: 1, file_name: 'clock.png' }];
    const document = { images, categories, text_annotations, annotations };
    const { photos } = await imported(client, archiveOf({ 'a.json': document, 'clock.png': clock }));
    assert.deepEqual([photos[0]?.detections, photos[0]?.lines], [1000, 1000]);
    assert.match(
      photos[0]?.notes.join('\n') ?? '',
      /at most 1000 boxes; the last 200.*1000 lines.*last 1 were/s,
    );
  });

  test('takes only what every form of export can say again', async () => {
    const client = await newMember();
    const document = {
      images: [{ id: 1, file_name: 'clock.png', original_name: 'a\u200e\u0301\ud800.png' }],
      categories: [
        { id: 1, name: 'two\u2028lines' },
        { id: 2, name: 'dog' },
      ],
      annotations: [1, 2].map((category_id) => ({ image_id: 1, category_id, bbox: [1, 1, 5, 5] })),
      text_annotations: [{ image_id: 1, text: 'half \ud800 \u2028', polygon: [1, 1, 9, 1, 9, 9, 1, 9] }],
    };
    const { photos } = await imported(client, archiveOf({ 'a.json': document, 'clock.png': clock }));
    assert.deepEqual([photos[0]?.detections, photos[0]?.lines], [1, 1]);
    const path = `/api/v1/photos/${photos[0]?.id}/corrections`;
    const { version, lines } = await client.get<{ version: string; lines: { id: number }[] }>(path);
    const done = { version, act: 'text', line: lines[0]?.id, text: 'other half \udc00' };
    const headers = { 'Content-Type': 'application/json' };
    const response = await client.fetch(path, { method: 'POST', headers, body: JSON.stringify(done) });
    assert.equal(response.status, 200);
    for (const format of ['coco', 'yolo', 'voc', 'csv']) assert.ok(await exported(client, { format }));
  });

  const coco = { images: [{ id: 1, file_name: 'a.png' }], categories, annotations: [] };

  test('takes no picture that is not what the archive says', async () => {
    const client = await newMember();
    const lies = claiming(archiveOf({ 'a.json': coco, 'a.png': Buffer.alloc(2_000_000) }), 'a.png', 1000);
    const { counts, photos } = await imported(client, lies);
    assert.equal(counts.refused, 1);
    assert.match(photos[0]?.notes[0] ?? '', /damaged/);
    const broken = Buffer.from(archiveOf({ 'a.json': coco, 'a.png': [clock, { level: 0 }] }));
    const at = broken.indexOf('IDAT') + 100;
    broken[at] = (broken[at] ?? 0) ^ 1;
    assert.match((await imported(client, broken)).photos[0]?.notes[0] ?? '', /damaged/);
  });

  const HOSTILE: Record<string, [archive: () => Uint8Array, says: RegExp]> = {
    'no ZIP archive': [() => Buffer.from('hello'), /no ZIP archive/],
    'one that is cut off': [() => archiveOf({ 'a.json': coco }).subarray(0, 60), /no ZIP archive/],
    'paths that lead out of it': [
      () => renamed(archiveOf({ 'a.json': coco, 'xx/xx/evil.png': clock }), 'xx/xx/', '../../'),
      /leads out/,
    ],
    'paths from the root': [
      () => renamed(archiveOf({ 'a.json': coco, 'xevil.png': clock }), 'xevil', '/evil'),
      /leads out/,
    ],
    'a password': [() => encrypted(archiveOf({ 'a.json': coco })), /password/],
    'a bomb': [
      () => claiming(archiveOf({ 'a.json': coco, 'a.png': clock }), 'a.png', 2 ** 31),
      /grows too much/,
    ],
    'too many files': [
      () =>
        archiveOf(Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`${i}`, Buffer.from('')]))),
      /too many files/,
    ],
    'the same path twice': [
      () => renamed(archiveOf({ 'a.json': coco, 'b.json': coco }), 'b.json', 'a.json'),
      /two files/,
    ],
    'no annotations': [() => archiveOf({ 'a.png': clock }), /no file of annotations/],
    'other annotations': [() => archiveOf({ 'a.json': { hello: [1, 2] } }), /no COCO annotations/],
    'JSON that is cut off': [() => archiveOf({ 'a.json': Buffer.from('{"images": [{"id": 1') }), /malformed/],
    'JSON that is none': [() => archiveOf({ 'a.json': Buffer.from('{"images": [{"id": }]}') }), /malformed/],
    'JSON so deep that what goes through it by recursion does not come back': [
      () =>
        archiveOf({
          'a.json': Buffer.from(`{"annotations": [${'['.repeat(50_000)}${']'.repeat(50_000)}]}`),
        }),
      /nested too deeply/,
    ],
    'JSON that has one of its arrays twice': [
      () => archiveOf({ 'a.json': Buffer.from('{"images": [], "images": []}') }),
      /has “images” twice/,
    ],
    'more photos than are taken at once': [
      () =>
        archiveOf({
          'a.json': {
            ...coco,
            images: Array.from({ length: 2001 }, (_, id) => ({ id, file_name: `${id}` })),
          },
        }),
      /more than 2000 photos/,
    ],
  };

  for (const [what, [archive, says]] of Object.entries(HOSTILE)) {
    test(`refuses ${what}, and keeps nothing`, async () => {
      const client = await newMember();
      const { detail } = await problemOf(await sent(client, archive()), 400);
      assert.match(detail, says);
      const { items } = await client.get<{ items: PhotoAnswer[] }>('/api/v1/photos');
      assert.equal(items.length, 0);
      assert.deepEqual(await readdir(path.join(running().uploadsDir, 'incoming')), []);
    });
  }

  test('refuses a second one of the same member while the first is taken in', async () => {
    const client = await newMember();
    const images = ['a', 'b', 'c', 'd'].map((name, id) => ({ id, file_name: `${name}.png` }));
    const files = Object.fromEntries(
      images.map(({ file_name }) => [file_name, drawWords(`2 ${file_name}`).png]),
    );
    const archive = archiveOf({ 'a.json': { images, categories, annotations: [] }, ...files });
    const statuses = await Promise.all([sent(client, archive), sent(client, archive)]);
    assert.deepEqual(statuses.map(({ status }) => status).sort(), [200, 409]);
  });

  test('refuses what has no turn as soon as it begins to arrive', async () => {
    const client = await newMember();
    const place = running().services.datasets.importer.enter(client.memberId);
    const request = httpRequest(`${running().url}/api/v1/photos/import`, {
      method: 'POST',
      headers: { ...client.authorization, 'Content-Type': 'multipart/form-data; boundary=b' },
    });
    request.on('error', () => undefined);
    request.write(
      '--b\r\nContent-Disposition: form-data; name="dataset"; filename="a.zip"\r\n\r\nThe rest never comes.',
    );
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    assert.equal(answer.statusCode, 409);
    request.destroy();
    place.leave();
    place.leave();
    const archive = archiveOf({ 'a.json': coco, 'a.png': clock });
    assert.equal((await imported(client, archive)).counts.taken, 1);
  });

  test('keeps the turn of who is gone for nobody', async () => {
    const client = await newMember();
    const { importer } = running().services.datasets;
    const request = httpRequest(`${running().url}/api/v1/photos/import`, {
      method: 'POST',
      headers: { ...client.authorization, 'Content-Type': 'multipart/form-data; boundary=b' },
    });
    request.on('error', () => undefined);
    request.write('--b\r\nContent-Disposition: form-data; name="dataset"; filename="a.zip"\r\n\r\nPK');
    const hasTurn = () => {
      try {
        importer.enter(client.memberId).leave();
        return false;
      } catch {
        return true;
      }
    };
    while (!hasTurn()) await delay(5);
    request.destroy();
    while (hasTurn()) await delay(5);
  });

  test('works by the pages, and back again', async () => {
    const browser = await memberBrowser(running().server, 'ada@example.org');
    const page = await browser.get('/photos/import');
    assert.match(page.text, /enctype="multipart\/form-data"/);
    const archive = archiveOf({
      'a.json': {
        images: [
          { id: 1, file_name: 'clock.png' },
          { id: 2, file_name: '<gone>.png' },
        ],
        categories,
        annotations: [{ image_id: 1, category_id: 7, bbox: [1, 2, 3, 4] }],
      },
      'clock.png': clock,
    });
    const form = { filename: 'set.zip', file: Buffer.from(archive), field: 'dataset' };
    const report = await browser.uploadAll('/photos/import', [form]);
    assert.equal(report.status, 200, report.text);
    assert.match(report.text, /The data set is here/);
    assert.match(report.text, /&lt;gone&gt;\.png/);
    const refused = await browser.uploadAll('/photos/import', [{ ...form, file: Buffer.from('x') }]);
    assert.equal(refused.status, 400);
    assert.match(refused.text, /no ZIP archive/);
    assert.equal((await browser.uploadAll('/photos/import', [form], 'wrong')).status, 403);

    assert.match((await browser.get('/photos/export?label=clock')).text, /<strong>1 photo<\/strong>/);
    const nothing = await browser.submit('/photos/export', { format: 'yolo', label: 'zebra' });
    assert.equal(nothing.status, 400);
    assert.match(
      nothing.text,
      /No photo of yours matches.*name="label" value="zebra".*value="yolo" checked/s,
    );
    const given = await browser.submit('/photos/export', { format: 'coco', as: 'corrected', label: 'clock' });
    assert.equal(given.status, 200);
    assert.match(given.headers['content-disposition'] ?? '', /detectx-coco-corrected\.zip/);
    const originals = await browser.submit('/photos/download', {}, { page: '/photos/export' });
    assert.equal(originals.headers['content-type'], 'application/zip');
  });
});

describe('the page of exports', () => {
  let app: TestApp | undefined;

  before(async () => {
    app = await startTestApp();
  });
  after(() => app?.close());

  test('offers of chosen photos those that are there', async () => {
    const { server } = app ?? assert.fail();
    const browser = await memberBrowser(server, 'ada@example.org');
    const other = await memberBrowser(server, 'eve@example.org');
    const upload = async (who: typeof browser, words: string) => {
      const file = drawWords(words).png;
      const { headers } = await who.upload('/photos', { filename: `${words}.png`, file });
      return headers.location?.replace('/photos/', '') ?? '';
    };
    const [kept, deleted, foreign] = [
      await upload(browser, 'KEPT'),
      await upload(browser, 'GONE'),
      await upload(other, 'EVE'),
    ];
    await browser.submit(`/photos/${deleted}/delete`, {}, { page: '/' });
    for (const id of ['nope', deleted, foreign]) {
      const { status, text } = await browser.get(`/photos/export?id=${id}`);
      assert.equal(status, 404);
      assert.match(text, /The photos that you have chosen are not here/);
      assert.match(text, /<strong>0 photos<\/strong> that you have chosen/);
      assert.match(text, /type="submit" disabled/);
    }
    const { status, text } = await browser.get(`/photos/export?id=${kept}&id=${deleted}&id=nope&id=${kept}`);
    assert.equal(status, 200);
    assert.match(text, /2 of the photos that you have chosen are not here/);
    assert.match(text, /<strong>1 photo<\/strong> that you have chosen/);
    assert.deepEqual(
      [...text.matchAll(/name="id" value="([^"]*)"/g)].map(([, id]) => id),
      [kept],
    );
    assert.doesNotMatch(text, /type="submit" disabled/);

    // One that is deleted after the page was shown.
    const late = await browser.submit('/photos/export', { format: 'csv', id: deleted });
    assert.equal(late.status, 404);
    assert.match(late.text, /The photos that you have chosen are not here/);
    const given = await browser.submit('/photos/export', { format: 'csv', id: kept });
    assert.equal(given.status, 200);
  });
});

/** A ZIP archive; what is no file is written as JSON. */
function archiveOf(files: Record<string, object>): Uint8Array {
  const entries = Object.entries(files).map(([name, content]) => [
    name,
    isFile(content) ? content : Buffer.from(JSON.stringify(content)),
  ]);
  return zipSync(Object.fromEntries(entries) as Zippable);
}

function isFile(content: object): boolean {
  return content instanceof Uint8Array || (Array.isArray(content) && content[0] instanceof Uint8Array);
}

/** The archive with other paths of the same length, as no program that means well writes it. */
function renamed(archive: Uint8Array, from: string, to: string): Uint8Array {
  return Buffer.from(Buffer.from(archive).toString('latin1').replaceAll(from, to), 'latin1');
}

/** The archive with another size of a file in its directory. */
function claiming(archive: Uint8Array, name: string, size: number): Uint8Array {
  const bytes = Buffer.from(archive);
  const entry = bytes.lastIndexOf('PK\x01\x02', bytes.lastIndexOf(name));
  bytes.writeUInt32LE(size, entry + 24);
  return bytes;
}

/** The archive with the mark of a password on each file. */
function encrypted(archive: Uint8Array): Uint8Array {
  const bytes = Buffer.from(archive);
  for (const [signature, flags] of [
    ['PK\x03\x04', 6],
    ['PK\x01\x02', 8],
  ] as const) {
    for (let at = bytes.indexOf(signature); at !== -1; at = bytes.indexOf(signature, at + 1)) {
      bytes[at + flags] = (bytes[at + flags] ?? 0) | 1;
    }
  }
  return bytes;
}
