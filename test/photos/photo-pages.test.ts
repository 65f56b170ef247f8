import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, mock, test } from 'node:test';
import sharp from 'sharp';
import { PhotoRepository } from '../../src/photos/photo-repository.ts';
import { drawClock, drawStopSign } from '../drawn-pictures.ts';
import { type Browser, memberBrowser } from '../http/browser.ts';
import { startTestApp, type TestApp } from '../test-app.ts';

describe('pages of photos', () => {
  let app: TestApp;
  let ada: Browser;
  let ben: Browser;
  before(async () => {
    app = await startTestApp({ env: { MAX_UPLOAD_MB: '2' } });
    await memberBrowser(app.server, 'admin@example.org');
    ada = await memberBrowser(app.server, 'ada@example.org');
    ben = await memberBrowser(app.server, 'ben@example.org');
  });
  after(() => app.close());

  /** Sends a file as the form of the upload page does, and returns where it leads. */
  async function upload(browser: Browser, file: Buffer, filename: string): Promise<string> {
    const response = await browser.upload('/photos', { filename, file });
    assert.equal(response.status, 303, response.text);
    return response.headers.location ?? '';
  }

  test('show what was found, and hide it from other members', async () => {
    const page = await upload(ada, drawStopSign().png, 'corner <b>.png');
    assert.match(page, /^\/photos\/[0-9a-f-]{36}$/);
    const { status, text } = await ada.get(page);
    assert.equal(status, 200);
    assert.match(text, /data-label="stop sign"/);
    assert.match(text, /corner &lt;b&gt;\.png/);
    for (const path of ['', '/original', '/annotated', '/thumbnail', '/preview']) {
      assert.equal((await ada.get(page + path)).status, 200, path);
      assert.equal((await ben.get(page + path)).status, 404, path);
    }
    assert.equal((await ben.submit(`${page}/delete`, {}, { page: '/photos' })).status, 404);
    assert.equal((await ada.get(page)).status, 200);
  });

  test('offer their files under the names that the API gives them', async () => {
    const page = await upload(ada, drawClock({ width: 417, height: 417 }).png, '417.scan');
    const { text } = await ada.get(page);
    const links = [...text.matchAll(/href="([^"]+)" download>/g)].map(([, href]) => href ?? '');
    const names = links.map(async (href) => (await ada.get(href)).headers['content-disposition']);
    assert.deepEqual(await Promise.all(names), [
      'attachment; filename=417.scan.png',
      'attachment; filename=417.annotated.jpg',
    ]);
    assert.match(text, /href="\/api\/v1\/photos\/[^"]+" download="417\.scan\.json"/);
  });

  test('show formats that browsers do not, by a preview', async () => {
    const tiff = await sharp(drawClock().png).tiff().toBuffer();
    const page = await upload(ada, tiff, 'scan.tiff');
    const { text } = await ada.get(page);
    assert.match(text, new RegExp(`src="${page}/preview"`));
    const preview = await ada.get(`${page}/preview`);
    assert.equal(preview.headers['content-type'], 'image/webp');
    const frames = await Promise.all(
      [400, 401].map((width) => sharp(drawClock({ width }).png).resize(400, 400).png().toBuffer()),
    );
    const moving = await sharp(frames, { join: { animated: true } })
      .webp({ loop: 0 })
      .toBuffer();
    const animated = await upload(ada, moving, 'moving.webp');
    assert.match((await ada.get(animated)).text, new RegExp(`src="${animated}/preview"`));
    const png = await upload(ada, drawClock({ width: 600, height: 500 }).png, 'clock.png');
    assert.match((await ada.get(png)).text, new RegExp(`src="${png}/original"`));
  });

  test('refuse an upload without the token, and keep nothing of it', async () => {
    const before = await app.services.database('photos');
    const response = await ada.upload('/photos', {
      filename: 'a.png',
      file: drawClock().png,
      token: 'wrong',
    });
    assert.equal(response.status, 403);
    assert.equal((await app.services.database('photos')).length, before.length);
  });

  test('leave no file behind when a fault ends a form of several photos', async () => {
    const fault = mock.method(PhotoRepository.prototype, 'insert', () =>
      Promise.reject(new Error('the database went away')),
    );
    const files = [1, 2, 3].map((i) => ({ filename: `${i}.png`, file: drawClock({ width: 250 + i }).png }));
    const response = await ada.uploadAll('/photos', files);
    fault.mock.restore();
    assert.equal(response.status, 500);
    assert.doesNotMatch(response.text, /went away/);
    assert.deepEqual(await readdir(path.join(app.uploadsDir, 'incoming')), []);
    assert.equal((await ada.uploadAll('/photos', files)).status, 200);
  });

  test('bring the form back with the reason when it was refused as a whole', async () => {
    const response = await ada.upload('/photos', { filename: '', file: Buffer.alloc(0) });
    assert.equal(response.status, 400);
    assert.match(response.text, /<form[^>]+action="\/photos"/);
    assert.match(response.text, /Choose a photo first\./);
    const { png } = drawClock({ width: 300, height: 200 });
    const small = { filename: 'small.png', file: png };
    const many = await ada.uploadAll('/photos', Array<typeof small>(21).fill(small));
    assert.equal(many.status, 400);
    assert.match(many.text, /At most 20 photos go at once.*Nothing of this upload was kept\./);
    const large = { filename: 'large.png', file: Buffer.alloc(2 * 1024 * 1024 + 1) };
    const mixed = await ada.uploadAll('/photos', [small, large]);
    assert.equal(mixed.status, 413);
    assert.match(
      mixed.text,
      /A photo may have at most 2 MB, and “large\.png” is larger\. Nothing of this upload was kept\./,
    );
    for (const { text } of [response, many, mixed]) assert.doesNotMatch(text, /The field|request\./);
    const broken = await ada.upload('/photos', { filename: 'x.png', file: drawClock().png.subarray(0, 900) });
    assert.equal(broken.status, 422);
    assert.match(broken.text, /x\.png/);
  });

  test('analyse a failed photo again', async () => {
    const page = await upload(ada, drawClock({ width: 512, height: 512 }).png, 'again.png');
    const id = page.slice('/photos/'.length);
    const { database } = app.services;
    // As an analysis leaves it that came to nothing.
    for (const found of ['detections', 'text_lines', 'photo_texts'])
      await database(found).where({ photo_id: id }).delete();
    await database('photos').where({ id }).update({ status: 'failed', error: 'The power went out.' });
    assert.match((await ada.get(page)).text, /The power went out\./);
    const response = await ada.submit(`${page}/analyse`, {}, { page });
    assert.deepEqual([response.status, response.headers.location], [303, page]);
    for (let tries = 0; tries < 200; tries++) {
      if ((await database('photos').where({ id, status: 'analysed' })).length === 1) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.match((await ada.get(page)).text, /data-label="clock"/);
  });

  test('answer wrong filters with the form and what is wrong, not with a fault', async () => {
    await upload(ada, drawClock({ width: 210, height: 210 }).png, 'clock.png');
    for (const query of ['from=zzz', 'minScore=9', 'cursor=%27%22%00', 'label=a&label=b', 'limit=-1']) {
      const { status, text } = await ada.get(`/photos?${query}`);
      assert.equal(status, 400, query);
      assert.match(text, /<form/);
    }
    const { text } = await ada.get('/photos?from=zzz&minScore=9&label=nothing&text=%21&cursor=x&q=%3E2');
    for (const said of [
      /From day takes a day as YYYY-MM-DD or [^<]+\./,
      /Score takes a number from 0 to 1\./,
      /“nothing” is no label\./,
      /Words takes a word or more\./,
      /“&gt;2” does not follow a label or “score”\./,
    ])
      assert.match(text.replaceAll('&#34;', '"'), said);
    assert.match((await ada.get('/photos?cursor=x')).text, />“cursor” in the address is not one[^<]+\.</);
    assert.equal((await ada.get('/photos?label=&text=&from=&to=&minScore=&sort=newest')).status, 200);
  });

  test('page through the gallery in both directions', async () => {
    for (let i = 0; i < 5; i++)
      await upload(ben, drawClock({ width: 200 + i, height: 200 }).png, `clock-${i}.png`);
    const names = (text: string) => [...new Set([...text.matchAll(/clock-\d\.png/g)].map(([name]) => name))];
    const first = (await ben.get('/photos?limit=2')).text;
    assert.deepEqual(names(first), ['clock-4.png', 'clock-3.png']);
    const next = /href="(\/photos\?[^"]*cursor=[^"]+)"/.exec(first)?.[1]?.replaceAll('&amp;', '&');
    assert.ok(next);
    const second = (await ben.get(`${next}&limit=2`)).text;
    assert.deepEqual(names(second), ['clock-2.png', 'clock-1.png']);
    const previous = /href="(\/photos\?[^"]*cursorBefore=[^"]+)"/.exec(second)?.[1]?.replaceAll('&amp;', '&');
    assert.ok(previous);
    assert.deepEqual(names((await ben.get(`${previous}&limit=2`)).text), ['clock-4.png', 'clock-3.png']);
  });
});
