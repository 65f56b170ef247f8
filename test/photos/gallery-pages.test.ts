import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { encodeCursor } from '../../src/database/cursor.ts';
import { drawClock, drawStopSign, drawWords } from '../drawn-pictures.ts';
import { type Browser, memberBrowser } from '../http/browser.ts';
import { startTestApp, type TestApp } from '../test-app.ts';

describe('the gallery', () => {
  let app: TestApp;
  let ada: Browser;
  let ben: Browser;
  const pages: Record<string, string> = {};

  before(async () => {
    app = await startTestApp();
    ben = await memberBrowser(app.server, 'ben@example.org');
    ada = await memberBrowser(app.server, 'ada@example.org');
    pages.clock = await upload(ada, drawClock().png, 'clock.png');
    pages.sign = await upload(ada, drawStopSign().png, 'sign.png');
    pages.words = await upload(ada, drawWords('Invoice total').png, 'words.png');
    pages.other = await upload(ben, drawWords('Invoice of somebody else').png, 'secret.png');
  });
  after(() => app.close());

  async function upload(browser: Browser, file: Buffer, filename: string): Promise<string> {
    const response = await browser.upload('/photos', { filename, file });
    assert.equal(response.status, 303, response.text);
    return response.headers.location ?? '';
  }

  const idOf = (name: string) => String(pages[name]).slice('/photos/'.length);
  /** The names of the photos that a page shows. */
  const shown = (text: string) => [...text.matchAll(/<span title="([^"]+)">/g)].map(([, name]) => name);
  const search = async (query: string, browser = ada) =>
    browser.get(`/photos?${new URLSearchParams({ q: query })}`);

  test('shows what a query finds, as a line and as fields', async () => {
    for (const [query, names] of Object.entries({
      clock: ['clock.png'],
      '-clock -stop-sign': ['words.png'],
      'stop sign score>0.3': ['sign.png'],
      invoice: ['words.png'],
      'text:"invoice total" -clock': ['words.png'],
      'clock>7': [],
    })) {
      const { status, text } = await search(query);
      assert.equal(status, 200);
      assert.deepEqual(shown(text), names, query);
    }
    const { text } = await search('clock -dog after:2026-01-01');
    assert.match(text, /id="q"[^>]* value="clock -dog after:2026-01-01"/);
    assert.match(text, /id="label"[^>]* value="clock"/);
    assert.match(text, /id="from"[^>]* value="2026-01-01"/);
    assert.match(text, /type="hidden" name="q" value="-dog"/);
    assert.deepEqual(shown((await ada.get('/photos?label=stop+sign&q=-clock')).text), ['sign.png']);

    // Another way to say the same.
    const { text: some } = await search('clock>0 score>0.3');
    assert.match(some, /id="label"[^>]* value="clock"/);
    assert.match(some, /Remove the filter <\/span>clock</);
    assert.deepEqual(shown(some), ['clock.png']);
  });

  test('marks the words that were looked for, in their excerpt and on the picture', async () => {
    const { text } = await search('invo');
    assert.match(text, /<mark>Invoice<\/mark> total/);
    assert.match(text, /<polygon class="mark-line" points="\d+,\d+ \d+,\d+ \d+,\d+ \d+,\d+"\/>/);
    assert.doesNotMatch((await ada.get('/photos')).text, /<mark>|<polygon/);
  });

  test('says which word it does not understand, and which label is meant', async () => {
    const refused = await search('clokc>1 "b');
    assert.equal(refused.status, 400);
    assert.match(refused.text, /“clokc” is no label\. Did you mean “clock”\?/);
    assert.match(refused.text, /id="q"[^>]* value="clokc&gt;1 &#34;b"/);
    const { status, text } = await ada.get('/photos?label=clokc');
    assert.equal(status, 400);
    assert.match(text, /href="#label">“clokc” is no label/);
    assert.match((await search('clocks')).text, /Did you mean <a href="\/photos\?label=clock">clock<\/a>/);
    const problem = await ada.call('get', '/api/v1/photos?q=clokc%3E1');
    assert.equal(problem.status, 400);
    assert.equal(problem.body.errors[0].path, 'q');
  });

  test('offers own labels first, with how often they were found', async () => {
    const options = [
      ...(await ada.get('/photos')).text.matchAll(/<option value="([^"]+)"( label="[^"]+")?>/g),
    ];
    const labels = options.filter(([, , hint]) => hint !== undefined).map(([, label]) => label);
    assert.deepEqual(labels.toSorted(), ['clock', 'stop sign']);
    assert.match(options[0]?.[2] ?? '', /found \d+ ×/);
    assert.ok(options.some(([, label, hint]) => label === 'zebra' && hint === undefined));
  });

  test('answers the same query on the API', async () => {
    const { status, body } = await ada.call('get', '/api/v1/photos?q=clock+-dog');
    assert.equal(status, 200);
    assert.deepEqual(
      body.items.map(({ filename }: { filename: string }) => filename),
      ['clock.png'],
    );
  });

  test('keeps searches, to be opened, renamed and deleted, by pages and by the API', async () => {
    const form = { name: 'Clocks', query: '  CLOCK score>=0.3', sort: 'oldest' };
    const saved = await ada.submit('/searches', form, { page: '/photos?label=clock' });
    assert.deepEqual(
      [saved.status, saved.headers.location],
      [303, '/photos?q=clock+score%3E%3D0.3&sort=oldest'],
    );
    const opened = (await ada.get(saved.headers.location ?? '')).text;
    assert.deepEqual(shown(opened), ['clock.png']);
    assert.match(opened, /aria-current="page">[\s\S]{0,2000}?Clocks<\/span><\/a>/);
    assert.doesNotMatch(opened, /Save search/);
    const [kept] = (await ada.call('get', '/api/v1/searches')).body.items;
    assert.deepEqual([kept.name, kept.query, kept.sort], ['Clocks', 'clock score>=0.3', 'oldest']);
    assert.equal((await ada.call('get', kept.links.photos)).body.items.length, 1);

    const twice = await ada.submit('/searches', form, { page: '/photos?label=clock' });
    assert.equal(twice.status, 409);
    assert.match(twice.text, /There is a search named “Clocks” already/);
    const hidden = { name: 'a\u0000b', query: 'dog' };
    assert.equal((await ada.call('post', '/api/v1/searches', hidden)).status, 400);
    const other = await ada.call('post', '/api/v1/searches', { name: ' Words ', query: 'invoice' });
    assert.deepEqual([other.status, other.body.name, other.body.query], [201, 'Words', 'text:invoice']);
    for (const query of ['', 'clokc>1'])
      assert.equal((await ada.call('post', '/api/v1/searches', { name: 'x', query })).status, 400, query);

    const taken = await ada.submit(`/searches/${kept.id}`, { name: 'Words' }, { page: '/searches' });
    assert.equal(taken.status, 409);
    const renamed = await ada.submit(`/searches/${kept.id}`, { name: 'Time' }, { page: '/searches' });
    assert.equal(renamed.status, 303);
    assert.deepEqual((await ben.call('get', '/api/v1/searches')).body.items, []);
    assert.equal((await ben.call('delete', `/api/v1/searches/${kept.id}`)).status, 404);
    assert.equal((await ada.submit(`/searches/${kept.id}/delete`, {}, { page: '/searches' })).status, 303);
    assert.equal((await ada.call('delete', `/api/v1/searches/${other.body.id}`)).status, 204);
    assert.deepEqual((await ada.call('get', '/api/v1/searches')).body.items, []);
  });

  test('tells the server that photos are chosen one by one, and sends nothing by itself', async () => {
    const { text } = await ada.get('/photos');
    const form = /<form class="selection"[\s\S]*?<\/form>/.exec(text)?.[0] ?? '';
    assert.match(/<button[^>]*>/.exec(form)?.[0] ?? '', /type="submit" formmethod="dialog" hidden/);
    assert.match(form, /<input type="hidden" name="chosen" value="1">/);
  });

  test('leads on from a page that has become empty', async () => {
    const token = (page: string) => /[?&]cursor=([\w-]+)/.exec(page)?.[1] ?? '';
    const first = await ada.get('/photos?limit=2');
    const last = await ada.get(`/photos?limit=2&cursor=${token(first.text)}`);
    assert.deepEqual(shown(last.text), ['clock.png']);
    const beyond = `cursor=${encodeCursor([1])}`;
    const filtered = await ada.get(`/photos?label=clock&sort=newest&${beyond}`);
    assert.deepEqual([filtered.status, filtered.headers.location], [303, '/photos?label=clock']);
    assert.equal((await ada.get(`/photos?${beyond}`)).headers.location, '/photos');
  });

  test('refuses days of which the last comes before the first, on the page and on the API', async () => {
    const { status, text } = await ada.get('/photos?from=2026-02-01&to=2026-01-01');
    assert.equal(status, 400);
    assert.match(text, /id="to"[^>]* aria-invalid="true" aria-describedby="to-error"/);
    assert.match(text, /id="to-error"[^>]*><a href="#to">No time is both after and before/);
    const problem = await ada.call('get', '/api/v1/photos?from=2026-02-01&to=2026-01-01');
    assert.deepEqual([problem.status, problem.body.errors[0].path], [400, 'to']);
  });

  test('moves no photo when more are chosen than go at once, and says so', async () => {
    const body = new URLSearchParams({
      _csrf: await ada.csrfToken('/photos'),
      return: '/photos?label=clock',
    });
    body.append('id', idOf('clock'));
    for (let i = 0; i < 500; i++) body.append('id', `${i}`);
    const refused = await ada.post('/photos/delete', body.toString(), {
      'Content-Type': 'application/x-www-form-urlencoded',
    });
    assert.deepEqual([refused.status, refused.headers.location], [303, '/photos?label=clock']);
    const { text } = await ada.get('/photos?label=clock');
    assert.match(text, /501 photos were chosen, and none was moved: at most 500 go at once/);
    assert.deepEqual(shown(text), ['clock.png']);
  });

  test('tells an admin whose trash a photo goes to', async () => {
    const page = await upload(ada, drawWords('Borrowed').png, 'borrowed.png');
    // Ben registered first and so is an admin.
    const { text } = await ben.get(page);
    assert.match(text, /goes to its owner’s trash/);
    assert.doesNotMatch(text, /href="\/trash">trash/);
    await ben.submit(`${page}/delete`, {}, { page });
    assert.match((await ben.get('/photos')).text, /was moved to its owner’s trash/);
    assert.match((await ada.get('/trash')).text, /borrowed\.png/);
  });

  test('keeps so many searches and no more', async () => {
    const { searches, database } = app.services;
    const member = await database('members').where({ email: 'ben@example.org' }).first();
    for (let i = 0; i < 30; i++)
      await searches.save(member.id, { name: `${i}`, query: 'dog', sort: 'newest' });
    const refused = await ben.submit('/searches', { name: 'one more', query: 'dog', sort: 'newest' });
    assert.equal(refused.status, 409);
    assert.match(refused.text, /30 searches are kept at most/);
  });

  test('deletes the chosen photos, one’s own alone', async () => {
    const token = await ada.csrfToken('/photos');
    const remove = (ids: string[], back = '/photos?label=clock') => {
      const body = new URLSearchParams({ _csrf: token, chosen: '1', return: back });
      for (const id of ids) body.append('id', id);
      return ada.post('/photos/delete', body.toString(), {
        'Content-Type': 'application/x-www-form-urlencoded',
      });
    };
    const { status, headers } = await remove([
      idOf('clock'),
      idOf('words'),
      idOf('clock'),
      idOf('other'),
      'x',
    ]);
    assert.deepEqual([status, headers.location], [303, '/photos?label=clock']);
    const { text } = await ada.get('/photos');
    assert.match(text, /2 photos were moved to the trash/);
    assert.match(text, /2 of them were gone already/);
    assert.deepEqual(shown(text), ['sign.png']);
    assert.equal((await ben.get(String(pages.other))).status, 200);
    assert.equal((await remove([], 'https://example.org/photos')).headers.location, '/photos');
    assert.match((await ada.get('/photos')).text, /No photo was chosen/);
    // Ben registered first and so is an admin: what is somebody else's is no choice of his either.
    const others = await ben.submit('/photos/delete', { id: idOf('sign') }, { page: '/photos' });
    assert.equal(others.status, 303);
    assert.deepEqual(shown((await ada.get('/photos')).text), ['sign.png']);
  });
});
