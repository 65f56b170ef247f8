import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Browser, cookiesOf, memberBrowser, PASSWORD } from './browser.ts';
import { createTestSite } from './test-site.ts';
import { openTestSqlite } from './test-sqlite.ts';

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const CREDENTIALS = `email=ada@example.org&password=${encodeURIComponent(PASSWORD)}`;

describe('CSRF protection', async () => {
  const app = createTestSite(await openTestSqlite());
  const ada = await memberBrowser(app, 'ada@example.org');

  test('refuses forms without a token or with a wrong one, of visitors and members', async () => {
    for (const path of ['/login', '/register']) {
      assert.equal((await new Browser(app).post(path, CREDENTIALS, FORM)).status, 403);
    }
    assert.equal((await ada.post('/logout', '', FORM)).status, 403);
    assert.equal((await ada.post('/logout', '_csrf=wrong', FORM)).status, 403);
    assert.equal((await ada.post('/logout', '_csrf=a&_csrf=b', FORM)).status, 403);
    assert.equal((await ada.get('/photos')).status, 200);
  });

  test('refuses calls of the API by session without the header, as a problem', async () => {
    const answer = await ada.post('/api/v1/things', '{}', { 'Content-Type': 'application/json' });
    assert.equal(answer.status, 403);
    assert.equal(answer.body.type, 'urn:detectx:error:invalid_csrf_token');
    assert.match(answer.body.detail, /header X-CSRF-Token.*API token needs none/);
    assert.equal((await ada.delete('/api/v1/tokens/1')).status, 403);
  });

  test('says to people once what to do about it', async () => {
    const { text } = await ada.post('/logout', '', FORM);
    assert.equal(text.match(/reload the page/g)?.length, 1);
    assert.doesNotMatch(text, /X-CSRF/);
  });

  test('takes one token for many calls and from all tabs', async () => {
    const token = await ada.csrfToken('/');
    assert.equal(await ada.csrfToken('/'), token);
    for (let call = 0; call < 3; call += 1) {
      const answer = await ada.post('/api/v1/things', '{}', {
        'Content-Type': 'application/json',
        'X-CSRF-Token': token,
      });
      assert.equal(answer.status, 201);
    }
  });

  test('takes no token of another browser', async () => {
    const bob = await memberBrowser(app, 'bob@example.org');
    const headers = { 'X-CSRF-Token': await bob.csrfToken('/') };
    assert.equal((await ada.post('/api/v1/things', '', headers)).status, 403);
  });

  test('takes no token and cookie of a visitor for a member: nobody can plant them', async () => {
    const page = await new Browser(app).get('/');
    const token = /content="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const login = await new Browser(app).logIn('ada@example.org', PASSWORD);
    const session = cookiesOf(login).get('detectx.sid')?.split(';')[0];
    const planted = cookiesOf(page).get('detectx.csrf')?.split(';')[0];
    const headers = { Cookie: `${session}; ${planted}`, 'X-CSRF-Token': token };
    assert.equal((await new Browser(app).post('/api/v1/things', '', headers)).status, 403);
  });

  test('makes a new token at login, which works straight away', async () => {
    const browser = new Browser(app);
    const before = await browser.csrfToken('/login');
    await browser.logIn('ada@example.org', PASSWORD);
    const after = await browser.csrfToken('/');
    assert.notEqual(after, before);
    assert.equal((await browser.submit('/logout', { _csrf: after }, { page: '/' })).status, 303);
    assert.equal((await browser.logIn('ada@example.org', PASSWORD)).status, 303);
  });

  test('keeps its cookie from scripts and from other sites', async () => {
    const cookie = cookiesOf(await new Browser(app).get('/login')).get('detectx.csrf') ?? '';
    assert.match(cookie, /HttpOnly/);
    assert.match(cookie, /SameSite=Lax/);
    assert.doesNotMatch(cookie, /Secure/);
  });

  test('asks who one is before it asks for a token', async () => {
    const visitor = new Browser(app);
    assert.equal((await visitor.post('/photos')).headers.location, '/login?next=%2F');
    assert.equal((await visitor.post('/api/v1/things')).status, 401);
  });
});
