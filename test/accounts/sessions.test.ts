import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Browser, cookiesOf, memberBrowser, PASSWORD } from '../http/browser.ts';
import { describeOnEachApp } from '../test-app.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

describeOnEachApp('sessions of a member', (app) => {
  const otherBrowser = async (email: string, agent = FIREFOX) => {
    const browser = new Browser(app().server);
    const headers = { 'User-Agent': agent };
    assert.equal((await browser.submit('/login', { email, password: PASSWORD }, { headers })).status, 303);
    return browser;
  };

  test('are listed with device and address, this one marked, and never by what opens them', async () => {
    const ada = await memberBrowser(app().server, 'ada@example.org');
    await otherBrowser('ada@example.org');
    const { text } = await ada.get('/account/sessions');
    assert.match(text, /Firefox on Linux/);
    assert.match(text, /127\.0\.0\.1/);
    assert.equal(text.match(/This session/g)?.length, 1);
    for (const { sid } of await app().services.database('sessions').select('sid')) {
      assert.equal(text.includes(sid), false);
    }
  });

  test('are ended one by one, at once', async () => {
    const ben = await memberBrowser(app().server, 'ben@example.org');
    const other = await otherBrowser('ben@example.org');
    assert.equal((await other.get('/photos')).status, 200);
    const act = /action="(\/account\/sessions\/[0-9a-f]+\/revoke)"/.exec(
      (await ben.get('/account/sessions')).text,
    );
    const ended = await ben.submit(act?.[1] ?? '', {}, { page: '/account/sessions' });
    assert.deepEqual([ended.status, ended.headers.location], [303, '/account/sessions']);
    assert.equal((await other.get('/photos')).headers.location, '/session-expired?next=%2Fphotos');
    assert.equal((await ben.get('/photos')).status, 200);
    assert.equal((await ben.submit(act?.[1] ?? '', {}, { page: '/account/sessions' })).status, 404);
  });

  test('are ended all but this one', async () => {
    const eve = await memberBrowser(app().server, 'eve@example.org');
    const others = await Promise.all([1, 2].map(() => otherBrowser('eve@example.org')));
    await eve.submit('/account/sessions/revoke-others', {}, { page: '/account/sessions' });
    for (const other of others) assert.equal((await other.get('/photos')).status, 303);
    assert.match((await eve.get('/account/sessions')).text, /2 other sessions have ended/);
  });

  test('of somebody else are not there', async () => {
    const ida = await memberBrowser(app().server, 'ida@example.org');
    const bob = await memberBrowser(app().server, 'bob@example.org');
    const { id } = (await app().services.accounts.findByEmail('ida@example.org')) ?? assert.fail();
    const [session] = await app().services.sessions.list(id, '');
    const act = `/account/sessions/${session?.id}/revoke`;
    assert.equal((await bob.submit(act, {}, { page: '/account/sessions' })).status, 404);
    assert.equal((await ida.get('/photos')).status, 200);
  });

  test('end with a new password, but for the one that changed it, which gets a new id', async () => {
    const email = 'change@example.org';
    const browser = await memberBrowser(app().server, email);
    const other = await otherBrowser(email);
    const password = 'a quite different secret 7';
    const fields = { currentPassword: PASSWORD, password, passwordConfirmation: password };
    const wrong = await browser.submit(
      '/account/password',
      { ...fields, currentPassword: 'not my password' },
      { page: '/account' },
    );
    assert.equal(wrong.status, 422);
    assert.equal((await other.get('/photos')).status, 200);
    const changed = await browser.submit('/account/password', fields, { page: '/account' });
    assert.equal(changed.status, 303);
    assert.ok(cookiesOf(changed).has('detectx.sid'));
    assert.equal((await browser.get('/photos')).status, 200);
    assert.equal((await other.get('/photos')).status, 303);
    assert.equal((await new Browser(app().server).logIn(email, PASSWORD)).status, 401);
    assert.equal((await new Browser(app().server).logIn(email, password)).status, 303);
  });

  test('take no more than ten wrong passwords in their forms', async () => {
    const browser = await memberBrowser(app().server, 'guess@example.org');
    const statuses = [];
    for (let i = 0; i < 11; i++) {
      const form = { currentPassword: `wrong ${i}` };
      statuses.push((await browser.submit('/account/delete', form, { page: '/account/data' })).status);
    }
    assert.deepEqual(statuses.slice(-2), [422, 429]);
  });
});
