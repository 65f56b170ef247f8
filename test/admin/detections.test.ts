import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { ApiClient, problemOf } from '../api-client.ts';
import { type Browser, memberBrowser } from '../http/browser.ts';
import { describeOnEachApp } from '../test-app.ts';
import { DetectionRecords } from './detection-records.ts';

const API = '/api/v1/admin/detections';
const PAGE = '/admin/detections';

interface Item {
  id: number;
  label: string;
  score: number;
  box: { x: number; y: number; width: number; height: number };
  photo: { id: string; filename: string; createdAt: string; links: { self: string } };
  user: { id: string; name: string; email: string };
  model: string;
  engine: string;
  verdict: string | null;
}

interface Answer {
  items: Item[];
  nextCursor: string | null;
}

describeOnEachApp('detections of everybody', (app) => {
  let admin: ApiClient;
  let browser: Browser;

  before(async () => {
    const { services, server, url } = app();
    browser = await memberBrowser(server, 'admin@example.org');
    const { id } = (await services.accounts.findByEmail('admin@example.org')) ?? assert.fail();
    const { secret } = await services.tokens.create(id, { name: 'script', scope: 'read' });
    admin = new ApiClient(url, id, secret);
    const records = new DetectionRecords(services.database);
    const ben = await records.member('ben@example.org');
    for (let i = 0; i < 30; i++) {
      const found = [...Array(4).keys()].map(
        (k) => [k === 0 ? 'dog' : 'cup', 0.4 + k / 10 + i / 1000] as const,
      );
      await records.keep(i % 2 ? ben : id, { day: i + 1, found, words: i === 3 ? 'Zebra crossing' : 'road' });
    }
    await records.keep(ben, {
      day: 1,
      found: [['old thing', 0.99]],
      model: '1',
      changes: { filename: '=HYPERLINK("http://evil.example")' },
    });
  });

  test('the API lists them page by page, with the photo and whose it is', async () => {
    const all: Item[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null; pages++) {
      const page: Answer = await admin.get(`${API}?limit=50&cursor=${cursor}`);
      assert.ok(page.items.length <= 50 && pages < 3);
      all.push(...page.items);
      cursor = page.nextCursor;
    }
    assert.equal(all.length, 121);
    assert.equal(new Set(all.map(({ id }) => id)).size, 121);
    const [newest] = all;
    assert.ok(newest);
    assert.deepEqual(
      { ...newest, id: 0, photo: { ...newest.photo, id: '' } },
      {
        id: 0,
        label: 'cup',
        score: 0.729,
        box: { x: 3, y: 2, width: 30, height: 40.5 },
        photo: {
          id: '',
          filename: 'street.jpg',
          width: 800,
          height: 600,
          createdAt: '2026-01-30T12:00:00.000Z',
          links: {
            self: `/api/v1/photos/${newest.photo.id}`,
            original: `/api/v1/photos/${newest.photo.id}/original`,
            annotated: `/api/v1/photos/${newest.photo.id}/annotated`,
            thumbnail: `/api/v1/photos/${newest.photo.id}/thumbnail`,
          },
        },
        user: { ...newest.user, name: 'Ada Example', email: 'ben@example.org' },
        model: '2',
        engine: 'embedded',
        verdict: null,
      },
    );
    assert.equal((await admin.fetch(newest.photo.links.self)).status, 200);
  });

  test('the API filters and sorts', async () => {
    const found = async (query: string) => (await admin.get<Answer>(`${API}?limit=100&${query}`)).items;
    assert.equal((await found('label=dog')).length, 30);
    // A label in any letter case; of an earlier detector's, only as it is written.
    assert.equal((await found('label=DOG')).length, 30);
    assert.equal((await found('label=old+thing')).length, 1);
    assert.equal((await found('label=Old+thing')).length, 0);
    assert.equal((await found('user=BEN&label=dog')).length, 15);
    assert.equal((await found(`userId=${admin.memberId}`)).length, 60);
    assert.equal((await found('text=zebra')).length, 4);
    assert.equal((await found('from=2026-01-05&to=2026-01-06')).length, 8);
    assert.equal((await found('minScore=0.72&maxScore=0.9')).length, 10);
    assert.equal((await found('model=1')).length, 1);
    assert.equal((await found('sort=highest'))[0]?.label, 'old thing');
    assert.equal((await found('sort=lowest'))[0]?.score, 0.4);
    assert.equal((await found('label=&user=&text=&from=&minScore=&sort=')).length, 100);
  });

  test('refused values are named, each with what is wrong', async () => {
    for (const [query, path] of [
      ['minScore=2', 'minScore'],
      ['maxScore=high', 'maxScore'],
      ['minScore=0.9&maxScore=0.1', 'maxScore'],
      ['from=yesterday', 'from'],
      ['from=2026-02-01&to=2026-01-01', 'to'],
      ['userId=ada', 'userId'],
      ['text=%21%21', 'text'],
      ['sort=best', 'sort'],
      ['limit=101', 'limit'],
      ['cursor=x', 'cursor'],
      ['sort=highest&cursor=WzE3Njc3MDg0MzIwMDAwLDFd', 'cursor'],
      ['format=xml', 'format'],
    ] as const) {
      const response = await admin.fetch(`${API}?${query}`);
      const { errors } = (await response.clone().json()) as { errors: { path: string; message: string }[] };
      await problemOf(response, 400);
      assert.deepEqual(
        errors.map((error) => error.path),
        [path],
        query,
      );
    }
  });

  test('the whole result comes as CSV, with cells that no spreadsheet runs', async () => {
    const accepted = await admin.fetch(`${API}?sort=oldest`, { headers: { Accept: 'text/csv' } });
    assert.match(accepted.headers.get('content-type') ?? '', /^text\/csv/);
    assert.match(
      accepted.headers.get('content-disposition') ?? '',
      /attachment; filename="?detectx-detections-.*\.csv/,
    );
    const text = await accepted.text();
    const lines = text.trimEnd().split('\n');
    assert.equal(lines.length, 122);
    assert.equal(
      lines[0],
      'id,label,score,x,y,width,height,photo_id,filename,photo_width,photo_height,uploaded,user_id,user_name,user_email,model,engine,verdict',
    );
    assert.match(text, /"'=HYPERLINK\(""http/);
    assert.doesNotMatch(text, /,"?=HYPERLINK/);
    assert.equal(await (await admin.fetch(`${API}?sort=oldest&format=csv`)).text(), text);
    const { text: fromPage } = await browser.get(`${PAGE}?format=csv&label=dog&cursor=`);
    assert.equal(fromPage.trimEnd().split('\n').length, 31);
  });

  test('the whole result comes as NDJSON: what the API lists', async () => {
    const response = await admin.fetch(`${API}?user=ben&sort=highest`, {
      headers: { Accept: 'application/x-ndjson' },
    });
    assert.match(response.headers.get('content-type') ?? '', /^application\/x-ndjson/);
    const items = (await response.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Item);
    const { items: listed } = await admin.get<Answer>(`${API}?user=ben&sort=highest&limit=100`);
    assert.deepEqual(items, listed);
  });

  test('the whole result comes as a COCO data set', async () => {
    const response = await admin.fetch(`${API}?format=coco&minScore=0.5`);
    assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
    const data = (await response.json()) as {
      images: { id: number; file_name: string; width: number; height: number }[];
      annotations: {
        id: number;
        image_id: number;
        category_id: number;
        bbox: number[];
        area: number;
        score: number;
      }[];
      categories: { id: number; name: string }[];
    };
    const listed = (await admin.get<Answer>(`${API}?minScore=0.5&limit=100`)).items;
    assert.equal(data.annotations.length, listed.length);
    const images = new Set(data.images.map(({ id }) => id));
    assert.equal(images.size, 31);
    assert.equal(new Set(data.images.map(({ file_name }) => file_name)).size, 31);
    const names = new Map(data.categories.map(({ id, name }) => [id, name]));
    assert.deepEqual([...names.values()].sort(), ['cup', 'old thing']);
    // COCO's own number of the cup; the label that the detector does not know comes after all of them.
    assert.equal(names.get(47), 'cup');
    for (const { id, image_id, category_id, bbox, area } of data.annotations) {
      const item = listed.find((other) => other.id === id) ?? assert.fail();
      assert.ok(Number.isSafeInteger(image_id) && images.has(image_id));
      assert.equal(names.get(category_id), item.label);
      assert.deepEqual(bbox, [item.box.x, item.box.y, item.box.width, item.box.height]);
      assert.equal(area, 1215);
    }
  });

  test('an export stands in the audit log, without what was looked for', async () => {
    await admin.fetch(`${API}?format=csv&user=ben@example.org&text=road`).then((response) => response.text());
    const [entry] = await app().services.audit.list({ act: 'detections_exported' }, null, 1);
    assert.equal(entry?.actor?.email, 'admin@example.org');
    assert.equal(entry?.details, 'CSV, by user, text');
  });

  test('the page shows them, filters by its address, and turns back', async () => {
    const first = await browser.get(PAGE);
    assert.equal(first.status, 200);
    assert.equal(first.text.split('<tr>').length - 2, 50);
    assert.doesNotMatch(first.text, /rel="prev"/);
    const second = await browser.get(linkOf(first.text, /rel="next" href="([^"]+)"/));
    const back = await browser.get(linkOf(second.text, /rel="prev" href="([^"]+)"/));
    assert.deepEqual(photosOf(back.text), photosOf(first.text));
    assert.notDeepEqual(photosOf(second.text), photosOf(first.text));

    const filtered = await browser.get(
      `${PAGE}?label=dog&minScore=0.41&sort=highest&columns=score&columns=box`,
    );
    assert.equal(filtered.text.split('<tr>').length - 2, 20);
    assert.match(filtered.text, /aria-sort="descending"/);
    assert.match(filtered.text, /30 × 41 at 0, 2/);
    assert.doesNotMatch(filtered.text, /ben@example\.org/);
    const without = linkOf(
      filtered.text,
      /href="([^"]+)"><span class="visually-hidden">Remove the filter <\/span>dog/,
    );
    assert.equal(without, `${PAGE}?minScore=0.41&sort=highest&columns=score%2Cbox`);
    const csv = linkOf(filtered.text, /href="([^"]+format=csv)"/);
    assert.equal((await browser.get(csv)).text.trimEnd().split('\n').length, 21);
  });

  test('the page says at the field what is wrong, and what to do when nothing is found', async () => {
    const refused = await browser.get(`${PAGE}?from=yesterday&label=dog&userId=x`);
    assert.equal(refused.status, 400);
    assert.match(refused.text, /id="from-error">takes a day as YYYY-MM-DD/);
    assert.match(refused.text, /href="#from">From day takes a day/);
    assert.match(refused.text, /value="dog"/);
    assert.equal((await browser.get(`${PAGE}?cursor=x`)).status, 400);
    const empty = await browser.get(`${PAGE}?label=zebra`);
    assert.equal(empty.status, 200);
    assert.match(empty.text, /No detection is like that/);
  });
});

function linkOf(html: string, pattern: RegExp): string {
  return (pattern.exec(html)?.[1] ?? assert.fail(`no ${pattern}`)).replaceAll('&amp;', '&');
}

function photosOf(html: string): string[] {
  return [...html.matchAll(/class="found-link" href="([^"]+)"/g)].map(([, href = '']) => href);
}
