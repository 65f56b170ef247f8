import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import type { Route } from '../../src/http/route.ts';
import { SessionStore } from '../../src/http/session-store.ts';
import { describeOnEachDatabase } from '../test-database.ts';
import { Browser, cookiesOf, memberBrowser, PASSWORD } from './browser.ts';
import { createTestSite } from './test-site.ts';

const EMAIL = 'ada@example.org';
const DAY_MS = 24 * 60 * 60_000;

describeOnEachDatabase('sessions', (open) => {
  test('cost visitors no row and no session cookie', async () => {
    const database = await open();
    const app = createTestSite(database);
    for (const page of ['/', '/login', '/register']) {
      assert.equal(cookiesOf(await new Browser(app).get(page)).has('detectx.sid'), false);
    }
    assert.equal((await database('sessions').select()).length, 0);
  });

  test('outlive a restart of the program', async () => {
    const database = await open();
    await memberBrowser(createTestSite(database), EMAIL);
    const login = await new Browser(createTestSite(database)).logIn(EMAIL, PASSWORD);
    const cookie = { Cookie: cookiesOf(login).get('detectx.sid')?.split(';')[0] ?? '' };
    const afterRestart = await new Browser(createTestSite(database)).get('/photos', cookie);
    assert.equal(afterRestart.text, `photos of ${EMAIL}`);
  });

  test('live for two weeks after the last visit, and are written only every few minutes', async () => {
    const database = await open();
    const browser = await memberBrowser(createTestSite(database), EMAIL);
    await browser.get('/');
    const row = async () => (await database('sessions').first()) as { sess: string; expired: string | Date };
    const lifetime = async () => {
      const { expired } = await row();
      return (new Date(expired).getTime() - Date.now()) / DAY_MS;
    };
    assert.ok(Math.abs((await lifetime()) - 14) < 0.01, `${await lifetime()} days`);

    const fresh = (await row()).sess;
    const quiet = await browser.get('/photos');
    assert.equal(cookiesOf(quiet).has('detectx.sid'), false);
    assert.equal((await row()).sess, fresh);

    const session = JSON.parse(fresh);
    session.lastSeenAt -= 6 * 60_000;
    await database('sessions').update({ sess: JSON.stringify(session), expired: '2099-01-01 00:00:00' });
    assert.ok(cookiesOf(await browser.get('/photos')).has('detectx.sid'));
    assert.ok(Math.abs((await lifetime()) - 14) < 0.01, `${await lifetime()} days`);
    assert.ok(JSON.parse((await row()).sess).lastSeenAt > session.lastSeenAt);
  });

  test('end ninety days after the login, however often their member comes', async () => {
    const database = await open();
    const browser = await memberBrowser(createTestSite(database), EMAIL);
    const age = async (days: number) => {
      const { sess } = await database('sessions').first();
      const session = { ...JSON.parse(sess), startedAt: Date.now() - days * DAY_MS, lastSeenAt: Date.now() };
      await database('sessions').update({ sess: JSON.stringify(session) });
      return browser.get('/photos');
    };
    assert.equal((await age(89.9)).status, 200);
    assert.equal((await age(90.1)).headers.location, '/session-expired?next=%2Fphotos');
  });

  test('that have ended are not brought back by a request that was slower', async () => {
    const database = await open();
    let arrived = () => {};
    let goOn = () => {};
    const inside = new Promise<void>((resolve) => (arrived = resolve));
    const released = new Promise<void>((resolve) => (goOn = resolve));
    const slow: Route = {
      method: 'GET',
      path: '/slow',
      access: 'member',
      handler: async (req, res) => {
        arrived();
        await released;
        req.session.lastSeenAt = 1;
        res.send('done');
      },
    };
    const app = createTestSite(database, { routes: [slow] });
    const browser = await memberBrowser(app, EMAIL);
    const answer = browser.get('/slow');
    await inside;
    await database('sessions').delete();
    goOn();
    assert.equal((await answer).status, 200);
    assert.equal((await database('sessions').select()).length, 0);
    assert.match((await browser.get('/photos')).headers.location ?? '', /^\/session-expired/);
  });

  test('that expired are removed by and by', async () => {
    const database = await open();
    const sess = JSON.stringify({ cookie: {} });
    await database('sessions').insert([
      { sid: 'old', sess, expired: '2020-01-01 00:00:00' },
      { sid: 'live', sess, expired: '2099-01-01 00:00:00' },
    ]);
    const store = new SessionStore(database, pino({ level: 'silent' }));
    await store.ready;
    const sids = async () => (await database('sessions').select('sid')).map(({ sid }) => sid);
    for (let tries = 0; tries < 100 && (await sids()).length > 1; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    store.close();
    assert.deepEqual(await sids(), ['live']);
  });

  test('that cannot be read are a fault of that request alone', async () => {
    const database = await open();
    const app = createTestSite(database);
    const browser = await memberBrowser(app, EMAIL);
    await database.schema.renameTable('sessions', 'sessions_elsewhere');
    const failed = await browser.get('/photos');
    assert.equal(failed.status, 500);
    assert.doesNotMatch(failed.text, /sessions|select|node_modules/i);
    assert.match(failed.text, new RegExp(String(failed.headers['x-request-id'])));
    await database.schema.renameTable('sessions_elsewhere', 'sessions');
    assert.equal((await browser.get('/photos')).status, 200);
  });
});
