import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DirectoryEntry, DirectorySort } from '../../src/admin/member-directory-read-model.ts';
import { ApiClient, problemOf } from '../api-client.ts';
import { drawClock } from '../drawn-pictures.ts';
import { Browser, memberBrowser, PASSWORD } from '../http/browser.ts';
import { Mailbox } from '../mailbox.ts';
import { describeOnEachApp } from '../test-app.ts';

const ADMIN = 'admin@example.org';
const page = '/admin/users';
/** What falls in the orders that begin with the most. */
const ORDERS: Partial<Record<DirectorySort, (entry: DirectoryEntry) => number>> = {
  seen: ({ lastSeenAt }) => lastSeenAt?.getTime() ?? 0,
  photos: ({ photos }) => photos,
  storage: ({ bytes }) => bytes,
};

describeOnEachApp('users, for admins', (app) => {
  let first: Promise<Browser> | undefined;
  const admin = () => {
    first ??= memberBrowser(app().server, ADMIN);
    return first;
  };

  async function newMember(email: string, name = 'Ada Example') {
    await admin();
    const browser = new Browser(app().server);
    await browser.register(email, { name });
    await browser.logIn(email, PASSWORD);
    const { id } = (await app().services.accounts.findByEmail(email)) ?? assert.fail();
    return { browser, id, email, path: `${page}/${id}` };
  }

  const act = async (path: string, fields: Record<string, string> = {}) =>
    (await admin()).submit(path, fields, { page });

  const namesOn = (text: string) =>
    [...text.matchAll(/class="name"><a href="[^"]+">([^<]+)<\/a>/g)].map(([, name]) => name);

  test('are found by part of name or address, and sorted', async () => {
    const zoe = await newMember('zoe@find.example', 'Zoe Find');
    await newMember('abe@find.example', 'Abe Find');
    await newMember('other@example.org', 'Someone 100% else');
    await zoe.browser.upload('/photos', { filename: 'clock.png', file: drawClock().png });
    const names = async (query: string) => namesOn((await (await admin()).get(`${page}?${query}`)).text);
    assert.deepEqual(await names('q=find'), ['Abe Find', 'Zoe Find']);
    assert.deepEqual(await names('q=Find.Example&sort=photos'), ['Zoe Find', 'Abe Find']);
    assert.deepEqual(await names('q=find&sort=newest'), ['Abe Find', 'Zoe Find']);
    assert.deepEqual(await names('q=100%25'), ['Someone 100% else']);
    assert.deepEqual(await names('q=100_'), []);
    assert.deepEqual(await names('role=admin'), ['Ada Example']);
    const { text } = await (await admin()).get(`${page}?q=zoe`);
    assert.match(text, /1 account</);
    assert.match(text, /class="number">1<\/td>/);
  });

  test('are walked page by page without a gap, in every order', async () => {
    await admin();
    const { directory } = app().services;
    const everybody = await directory.count({});
    for (const sort of ['name', 'email', 'newest', 'seen', 'photos', 'storage'] as const) {
      const walked: string[] = [];
      const counts: number[] = [];
      let cursor: string | null = null;
      do {
        const { entries, nextCursor } = await directory.list({}, sort, cursor, 2);
        walked.push(...entries.map(({ id }) => id));
        counts.push(...entries.map((entry) => ORDERS[sort]?.(entry) ?? 0));
        cursor = nextCursor;
      } while (cursor !== null);
      assert.equal(walked.length, everybody, sort);
      assert.equal(new Set(walked).size, everybody, sort);
      assert.deepEqual(
        counts,
        counts.toSorted((a, b) => b - a),
        sort,
      );
    }
  });

  test('refuse a query that makes no sense', async () => {
    for (const query of ['sort=password', 'role=root', 'cursor=x', 'state=dead']) {
      assert.equal((await (await admin()).get(`${page}?${query}`)).status, 400, query);
    }
  });

  test('are suspended at once, in sessions and tokens, and reinstated', async () => {
    const ben = await newMember('ben@example.org');
    const { secret } = await app().services.tokens.create(ben.id, { name: 'x', scope: 'write' });
    const token = new ApiClient(app().url, ben.id, secret);
    await token.get('/api/v1/me');

    assert.equal((await act(`${ben.path}/suspend`)).headers.location, ben.path);
    assert.match((await ben.browser.get('/photos')).headers.location ?? '', /^\/session-expired/);
    await problemOf(await token.fetch('/api/v1/me'), 401);
    const refused = await new Browser(app().server).logIn(ben.email, PASSWORD);
    assert.equal(refused.status, 403);
    assert.match(refused.text, /is suspended/);
    assert.equal((await new Browser(app().server).logIn(ben.email, 'wrong password')).status, 401);
    assert.match((await (await admin()).get(`${page}?state=suspended`)).text, /ben@example\.org/);

    await act(`${ben.path}/reinstate`);
    assert.equal((await new Browser(app().server).logIn(ben.email, PASSWORD)).status, 303);
    await token.get('/api/v1/me');
  });

  test('get another role, by a login under a new id', async () => {
    const eve = await newMember('eve@example.org');
    assert.equal((await eve.browser.get('/admin')).status, 403);
    await act(`${eve.path}/role`, { role: 'admin' });
    assert.equal((await eve.browser.get('/photos')).status, 303);
    await eve.browser.logIn(eve.email, PASSWORD);
    assert.equal((await eve.browser.get('/admin')).status, 200);
    await act(`${eve.path}/role`, { role: 'member' });
    await eve.browser.logIn(eve.email, PASSWORD);
    assert.equal((await eve.browser.get('/admin')).status, 403);
    assert.equal((await act(`${eve.path}/role`, { role: 'root' })).status, 422);
  });

  test('always keep an admin, also when two admins take each other’s role at once', async () => {
    await admin();
    const { services } = app();
    const own = (await services.accounts.findByEmail(ADMIN)) ?? assert.fail();
    const refused = await act(`${page}/${own.id}/role`, { role: 'member' });
    assert.equal(refused.status, 409);
    assert.match(refused.text, /only admin/);
    assert.equal((await act(`${page}/${own.id}/suspend`)).status, 409);

    const second = await newMember('second@example.org');
    await services.administration.setRole(second.id, 'admin');
    const outcomes = await Promise.allSettled([
      services.administration.setRole(own.id, 'member'),
      services.administration.suspend(second.id),
    ]);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    await services.administration.reinstate(second.id);
    await services.administration.setRole(own.id, 'admin');
    await services.administration.setRole(second.id, 'member');
    const anew = new Browser(app().server);
    await anew.logIn(ADMIN, PASSWORD);
    first = Promise.resolve(anew);
  });

  test('get a reset by mail, and a quota', async () => {
    const ida = await newMember('ida@example.org');
    await act(`${ida.path}/reset`);
    await new Mailbox(app()).link('ida@example.org', '/reset-password/');
    await act(`${ida.path}/quota`, { photos: '7', megabytes: '' });
    assert.match((await ida.browser.get('/account')).text, /<dd>0 of 7/);
    const refused = await act(`${ida.path}/quota`, { photos: '-1', megabytes: 'many' });
    assert.equal(refused.status, 422);
    assert.match(refused.text, /whole number of photos.*whole number of megabytes/s);
    assert.match(refused.text, /value="many"/);
    await act(`${ida.path}/quota`, { photos: '', megabytes: '' });
    assert.match((await ida.browser.get('/account')).text, /<dd>0\s*</);
  });

  test('that are not there are not found', async () => {
    const path = `${page}/00000000-0000-4000-8000-000000000000`;
    assert.equal((await (await admin()).get(path)).status, 404);
    for (const name of ['suspend', 'reinstate', 'reset', 'quota', 'role']) {
      const fields = { role: 'admin', photos: '', megabytes: '' };
      assert.equal((await act(`${path}/${name}`, fields)).status, 404, name);
    }
  });
});

describeOnEachApp(
  'invitations',
  (app) => {
    test('let people in while registration is closed, once, under the address invited', async () => {
      const { services, server } = app();
      await services.accounts.register({ name: 'Ada', email: ADMIN, password: PASSWORD });
      const admin = new Browser(server);
      await admin.logIn(ADMIN, PASSWORD);
      const invite = (email: string) => admin.submit(page, { email }, { page });

      assert.equal((await invite('Guest@Example.org')).status, 303);
      assert.match((await admin.get(page)).text, /guest@example\.org/);
      const link = await new Mailbox(app()).link('guest@example.org', '/invitation/');
      const guest = new Browser(server);
      assert.match((await guest.get(link)).text, /guest@example\.org/);
      const form = { name: 'Guest', password: PASSWORD, passwordConfirmation: PASSWORD };
      const weak = { ...form, password: 'password1', passwordConfirmation: 'password1' };
      assert.equal((await guest.submit(link, weak)).status, 422);
      const answer = await guest.submit(link, { ...form, email: 'sly@example.org' });
      assert.deepEqual([answer.status, answer.headers.location], [303, '/']);
      assert.match((await guest.get('/account')).text, /guest@example\.org/);
      assert.equal((await new Browser(server).get(link)).status, 404);
      assert.doesNotMatch((await admin.get(page)).text, /Take back/);
      assert.equal((await invite('guest@example.org')).status, 409);
    });

    test('can be taken back', async () => {
      const admin = new Browser(app().server);
      await admin.logIn(ADMIN, PASSWORD);
      await admin.submit(page, { email: 'late@example.org' }, { page });
      const link = await new Mailbox(app()).link('late@example.org', '/invitation/');
      const act =
        /action="(\/admin\/users\/invitations\/[^"]+)"/.exec((await admin.get(page)).text)?.[1] ?? '';
      assert.equal((await admin.submit(act, {}, { page })).status, 303);
      assert.equal((await new Browser(app().server).get(link)).status, 404);
    });
  },
  { env: { ALLOW_REGISTRATION: 'false' } },
);
