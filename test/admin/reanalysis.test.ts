import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiClient, newApiClient, problemOf } from '../api-client.ts';
import { drawStopSign, drawWords } from '../drawn-pictures.ts';
import { Browser, PASSWORD } from '../http/browser.ts';
import { describeOnEachApp } from '../test-app.ts';

interface Run {
  id: number;
  state: string;
  filter: Record<string, string> | null;
  done: number;
  waiting: number;
  failed: number;
}

const API = '/api/v1/admin/reanalysis';
const EMAIL = 'admin@example.org';

describeOnEachApp('photos that are analysed again', (app) => {
  let admin: ApiClient;
  let browser: Browser;
  let member: ApiClient;

  before(async () => {
    const { services, server, url } = app();
    // The first account is an admin.
    const account = await services.accounts.register({ name: 'Admin', email: EMAIL, password: PASSWORD });
    const { secret } = await services.tokens.create(account.id, { name: 'test', scope: 'write' });
    admin = new ApiClient(url, account.id, secret);
    browser = new Browser(server);
    assert.equal((await browser.logIn(EMAIL, PASSWORD)).status, 303);
    member = await newApiClient(app());
  });

  function start(body: object): Promise<Response> {
    const headers = { 'Content-Type': 'application/json' };
    return admin.fetch(API, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  async function ended(path: string): Promise<Run> {
    for (;;) {
      const run = await admin.get<Run>(path);
      if (run.state === 'finished') return run;
      await delay(20);
    }
  }

  /** A photo whose findings are made to be old ones. */
  async function oldPhoto(words: string): Promise<string> {
    const { id } = await member.upload(drawWords(words).png);
    const { database } = app().services;
    await database('photos')
      .where({ id })
      .update({ models: JSON.stringify({ object_detector: '0' }) });
    await database('text_lines').where({ photo_id: id }).update({ text: 'misread' });
    return id;
  }

  test('get the findings of the models of today, and a new annotated file', async () => {
    const id = await oldPhoto('HARBOUR');
    const outdated = await member.fetch(`/api/v1/photos/${id}/annotated`);
    assert.equal(outdated.status, 200);
    const answer = await start({ photoIds: [id] });
    assert.equal(answer.status, 202, await answer.clone().text());
    const run = await ended(answer.headers.get('location') ?? '');
    assert.deepEqual([run.done, run.failed, run.filter], [1, 0, null]);
    const photo = await member.get<{ text: string; models: Record<string, string> }>(`/api/v1/photos/${id}`);
    assert.match(photo.text, /HARBOUR/);
    assert.notEqual(photo.models.object_detector, '0');
    const found = await member.get<{ items: { id: string }[] }>('/api/v1/photos?text=harbour');
    assert.deepEqual(
      found.items.map((item) => item.id),
      [id],
    );
  });

  test('keep what they have when their file is gone, and the page says which', async () => {
    const id = await oldPhoto('LIGHTHOUSE');
    await app().services.photoFiles.remove(id);
    const answer = await browser.submit('/admin/reanalysis', { photoId: id });
    assert.deepEqual([answer.status, answer.headers.location], [303, '/admin/reanalysis']);
    const [{ id: run } = { id: 0 }] = (await admin.get<{ items: Run[] }>(API)).items;
    assert.equal((await ended(`${API}/${run}`)).failed, 1);
    assert.equal((await member.get<{ text: string }>(`/api/v1/photos/${id}`)).text, 'misread');
    const { text } = await browser.get('/admin/reanalysis');
    assert.match(text, new RegExp(`href="/photos/${id}"`));
  });

  test('are chosen one by one in the history of detections', async () => {
    const { id } = await member.upload(drawStopSign().png);
    const { text } = await browser.get('/admin/detections?label=STOP+SIGN');
    assert.match(text, new RegExp(`type="checkbox" name="photoId" value="${id}"`));
    const [, action] = /<form class="selection" method="post" action="([^"]+)"/.exec(text) ?? [];
    const answer = await browser.submit(action ?? '', { named: 'yes', photoId: id });
    assert.equal(answer.status, 303);
    const [newest] = (await admin.get<{ items: Run[] }>(API)).items;
    const run = await ended(`${API}/${newest?.id}`);
    assert.deepEqual([run.filter, run.done], [null, 1]);
  });

  test('are chosen by a filter in a form, which comes back with its values when it is wrong', async () => {
    const wrong = await browser.submit('/admin/reanalysis', { label: 'dog', minScore: '7' });
    assert.equal(wrong.status, 422);
    assert.match(wrong.text, /value="dog"/);
    assert.match(wrong.text, /takes a number from 0 to 1/);
    const none = await browser.submit('/admin/reanalysis', { label: 'unicorn' });
    assert.equal(none.status, 422);
    assert.match(none.text, /No photo is like that/);
    const id = await oldPhoto('QUAYSIDE');
    assert.equal((await browser.submit('/admin/reanalysis', { from: '2020-01-01', label: '' })).status, 303);
    const [newest] = (await admin.get<{ items: Run[] }>(API)).items;
    const run = await ended(`${API}/${newest?.id}`);
    assert.deepEqual([run.filter, run.waiting], [{ from: '2020-01-01' }, 0]);
    assert.match((await member.get<{ text: string }>(`/api/v1/photos/${id}`)).text, /QUAYSIDE/);
  });

  test('are noted in the audit log', async () => {
    const [entry] = await app().services.audit.list({ act: 'reanalysis_started' }, null, 1);
    assert.deepEqual([entry?.actor?.id, entry?.details], [admin.memberId, 'from 2020-01-01']);
  });

  test('are no affair of members', async () => {
    await problemOf(await member.fetch(API), 403);
    await problemOf(await member.fetch(API, { method: 'POST' }), 403);
  });

  test('are left alone when a call does not say clearly which are meant', async () => {
    const before = (await admin.get<{ items: Run[] }>(API)).items.length;
    const send = (type: string, body: string) =>
      admin.fetch(API, { method: 'POST', headers: { 'Content-Type': type }, body });
    for (const body of [
      { photoIDs: ['x'] },
      { labels: 'dog' },
      [],
      { photoIds: ['x'], label: 'dog' },
      { label: '' },
    ]) {
      await problemOf(await start(body), 400);
    }
    await problemOf(await send('application/x-www-form-urlencoded', 'photoIds=x'), 415);
    await problemOf(await send('application/json', ''), 400);
    await problemOf(await send('text/plain', '{"photoIds":["x"]}'), 415);
    await problemOf(await admin.fetch(API, { method: 'POST' }), 400);
    const { status, text } = await browser.submit('/admin/reanalysis', { named: 'yes' });
    assert.equal(status, 422);
    assert.match(text, /Choose at least one photo/);
    assert.equal((await admin.get<{ items: Run[] }>(API)).items.length, before);
    const answer = await start({});
    assert.equal(answer.status, 202);
    assert.deepEqual((await ended(answer.headers.get('location') ?? '')).filter, {});
  });

  test('are left alone when a call names what is not there', async () => {
    await problemOf(await start({ photoIds: ['nothing'] }), 400);
    await problemOf(await start({ photoIds: 7 }), 400);
    await problemOf(await admin.fetch(`${API}/12345`), 404);
    await problemOf(await admin.fetch(`${API}/12345/cancel`, { method: 'POST' }), 404);
  });
});
