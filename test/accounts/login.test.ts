import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hash } from '@node-rs/argon2';
import { Browser, cookiesOf, memberBrowser, PASSWORD } from '../http/browser.ts';
import { createTestSite } from '../http/test-site.ts';
import { openTestSqlite } from '../http/test-sqlite.ts';

const EMAIL = 'ada@example.org';

describe('login', async () => {
  const database = await openTestSqlite();
  const app = createTestSite(database);
  await memberBrowser(app, EMAIL);

  test('lets a member in, under any spelling of the address, and goes home', async () => {
    for (const email of [EMAIL, ' Ada@Example.ORG ']) {
      const browser = new Browser(app);
      const response = await browser.logIn(email, PASSWORD);
      assert.deepEqual([response.status, response.headers.location], [303, '/']);
      assert.equal((await browser.get('/photos')).text, `photos of ${EMAIL}`);
    }
  });

  test('answers an unknown address and a wrong password alike', async () => {
    const answers = [];
    for (const email of [EMAIL, 'nobody@example.org']) {
      const { status, text } = await new Browser(app).logIn(email, 'wrong password 1');
      answers.push({
        status,
        text: text.replaceAll(email, '').replace(/(content|value)="[0-9a-f.]{100,}"/g, ''),
      });
    }
    assert.equal(answers[0]?.status, 401);
    assert.match(answers[0]?.text ?? '', /e-mail address or the password is wrong/);
    assert.deepEqual(answers[0], answers[1]);
  });

  test('brings the hash of a password up to the parameters of today, and the old one still opens', async () => {
    const email = 'old@example.org';
    await memberBrowser(app, email);
    const weaker = await hash(PASSWORD, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
    await database('members').where({ email }).update({ password_hash: weaker });
    assert.equal((await new Browser(app).logIn(email, 'wrong password 1')).status, 401);
    assert.equal((await database('members').where({ email }).first()).password_hash, weaker);
    assert.equal((await new Browser(app).logIn(email, PASSWORD)).status, 303);
    const { password_hash: stronger } = await database('members').where({ email }).first();
    assert.match(stronger, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    assert.equal((await new Browser(app).logIn(email, PASSWORD)).status, 303);
    assert.equal((await database('members').where({ email }).first()).password_hash, stronger);
  });

  test('brings the form back with address and destination, without the password', async () => {
    const { text } = await new Browser(app).logIn(EMAIL, 'wrong password 2', { next: '/photos' });
    assert.match(text, new RegExp(`value="${EMAIL}"`));
    assert.match(text, /name="next" value="\/photos"/);
    assert.doesNotMatch(text, /wrong password 2/);
  });

  test('refuses empty fields and more than one value of a field', async () => {
    assert.equal((await new Browser(app).logIn('', '')).status, 422);
    const browser = new Browser(app);
    const body = `_csrf=${await browser.csrfToken('/login')}&email=a&email=b&password[$ne]=1&password=x&password=y`;
    const response = await browser.post('/login', body, {
      'Content-Type': 'application/x-www-form-urlencoded',
    });
    assert.equal(response.status, 422);
  });

  test('carries the wanted page from the refused visit through the login', async () => {
    const browser = new Browser(app);
    const refused = await browser.get('/photos?label=dog&sort=newest');
    assert.equal(refused.status, 303);
    const login = refused.headers.location ?? '';
    assert.equal(login, '/login?next=%2Fphotos%3Flabel%3Ddog%26sort%3Dnewest');
    const next = /name="next" value="([^"]+)"/.exec((await browser.get(login)).text)?.[1] ?? '';
    const response = await browser.logIn(EMAIL, PASSWORD, { next: next.replaceAll('&amp;', '&') });
    assert.equal(response.headers.location, '/photos?label=dog&sort=newest');
  });

  test('never leads to another site', async () => {
    for (const next of ['https://evil.example/', '//evil.example', '/\\evil.example', '/\t/evil.example']) {
      const page = `/login?next=${encodeURIComponent(next)}`;
      assert.doesNotMatch((await new Browser(app).get(page)).text, /name="next" value="(?!\/login)/);
      const response = await new Browser(app).submit(page, { email: EMAIL, password: PASSWORD, next });
      assert.deepEqual([response.status, response.headers.location], [303, '/']);
    }
  });

  test('gives the session a new id, in a cookie that no script reads and no other site sends', async () => {
    const browser = new Browser(app);
    const first = cookiesOf(await browser.logIn(EMAIL, PASSWORD)).get('detectx.sid') ?? '';
    assert.match(first, /HttpOnly/);
    assert.match(first, /SameSite=Lax/);
    assert.match(first, /Path=\//);
    assert.doesNotMatch(first, /Secure/);
    const planted = new Browser(app);
    const headers = { Cookie: first.split(';')[0] ?? '' };
    await browser.submit('/logout', {}, { page: '/' });
    const second = cookiesOf(
      await planted.submit('/login', { email: EMAIL, password: PASSWORD }, { headers }),
    );
    assert.notEqual(second.get('detectx.sid')?.split(';')[0], first.split(';')[0]);
  });

  test('marks the cookies secure behind TLS', async () => {
    const proxied = createTestSite(database, { trustProxy: true });
    const page = await new Browser(proxied).get('/login', { 'X-Forwarded-Proto': 'https' });
    assert.match(cookiesOf(page).get('__Host-detectx.csrf') ?? '', /Secure/);
    const token = /name="csrf-token"\s+content="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const form = new URLSearchParams({ _csrf: token, email: EMAIL, password: PASSWORD });
    const response = await new Browser(proxied).post('/login', form.toString(), {
      'X-Forwarded-Proto': 'https',
      'Content-Type': 'application/x-www-form-urlencoded',
      Cookie: cookiesOf(page).get('__Host-detectx.csrf')?.split(';')[0] ?? '',
    });
    assert.match(cookiesOf(response).get('__Host-detectx.sid') ?? '', /Secure/);
  });

  test('sends a member away from the form', async () => {
    const browser = new Browser(app);
    await browser.logIn(EMAIL, PASSWORD);
    assert.deepEqual(
      [(await browser.get('/login')).status, (await browser.get('/login')).headers.location],
      [303, '/'],
    );
  });
});

describe('logout', async () => {
  const database = await openTestSqlite();
  const app = createTestSite(database);
  const sessions = async () => (await database('sessions').select()).length;

  test('ends the session: its old cookie opens nothing', async () => {
    const browser = await memberBrowser(app, EMAIL);
    const login = await new Browser(app).logIn(EMAIL, PASSWORD);
    assert.equal(await sessions(), 2);
    const stolen = { Cookie: cookiesOf(login).get('detectx.sid')?.split(';')[0] ?? '' };
    assert.equal((await new Browser(app).get('/photos', stolen)).status, 200);

    assert.equal((await browser.submit('/logout', {}, { page: '/' })).status, 303);
    assert.equal(await sessions(), 1);
    assert.equal((await browser.get('/photos')).headers.location, '/login?next=%2Fphotos');

    const page = await new Browser(app).get('/', stolen);
    const token = /content="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const cookie = `${stolen.Cookie}; ${cookiesOf(page).get('detectx.csrf')?.split(';')[0]}`;
    const out = await new Browser(app).post('/logout', '', { Cookie: cookie, 'X-CSRF-Token': token });
    assert.equal(out.status, 303);
    assert.match(cookiesOf(out).get('detectx.sid') ?? '', /detectx\.sid=;.*1970/);
    assert.match(
      (await new Browser(app).get('/photos', stolen)).headers.location ?? '',
      /^\/session-expired/,
    );
    assert.equal(await sessions(), 0);
  });
});

describe('expired session', async () => {
  const database = await openTestSqlite();
  const app = createTestSite(database);

  test('lands on its page, from which the login returns to the page that was wanted', async () => {
    const browser = await memberBrowser(app, EMAIL);
    await database('sessions').update({ expired: '2020-01-01T00:00:00.000Z' });
    const refused = await browser.get('/photos?page=2');
    assert.equal(refused.headers.location, '/session-expired?next=%2Fphotos%3Fpage%3D2');
    const page = await browser.get('/session-expired?next=%2Fphotos%3Fpage%3D2');
    assert.equal(page.status, 200);
    assert.match(page.text, /href="\/login\?next=%2Fphotos%3Fpage%3D2"/);
    assert.equal((await browser.get('/photos')).headers.location, '/login?next=%2Fphotos');
  });

  test('leads a form back to the page that it stood on', async () => {
    const browser = await memberBrowser(app, 'form@example.org');
    await database('sessions').delete();
    const referrer = { Host: 'photos.test', Referer: 'http://photos.test/photos?label=cat' };
    const refused = await browser.post('/photos', '', referrer);
    assert.equal(refused.headers.location, '/session-expired?next=%2Fphotos%3Flabel%3Dcat');
    const other = await browser.post('/photos', '', { ...referrer, Referer: 'http://evil.test/x' });
    assert.equal(other.headers.location, '/login?next=%2F');
  });

  test('ends with the account', async () => {
    const browser = await memberBrowser(app, 'gone@example.org');
    await database('members').where({ email: 'gone@example.org' }).delete();
    assert.match((await browser.get('/photos')).headers.location ?? '', /^\/session-expired/);
  });
});

describe('login throttle', async () => {
  const database = await openTestSqlite();

  test('meets the eleventh wrong password of an account with 429, and the right one too', async () => {
    const app = createTestSite(database);
    await memberBrowser(app, EMAIL);
    const browser = new Browser(app);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      assert.equal((await browser.logIn(EMAIL, `wrong ${attempt}`)).status, 401);
    }
    const refused = await browser.logIn(EMAIL, PASSWORD);
    assert.equal(refused.status, 429);
    const wait = Number(refused.headers['retry-after']);
    assert.ok(wait > 800 && wait <= 900, `Retry-After ${wait}`);
    assert.match(refused.text, /too many attempts/);
    assert.match(refused.text, new RegExp(`value="${EMAIL}"`));
    assert.equal((await browser.logIn('other@example.org', 'wrong')).status, 401);
    const restarted = new Browser(createTestSite(database));
    assert.equal((await restarted.logIn(EMAIL, PASSWORD)).status, 429);
  });

  test('holds for addresses without an account, and for many at once', async () => {
    const app = createTestSite(database);
    const tries = Array.from({ length: 15 }, () => new Browser(app).logIn('nobody@example.org', 'wrong'));
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 429).length, 5);
  });

  test('forgives an account its failures after a right password', async () => {
    const app = createTestSite(database);
    await memberBrowser(app, 'forgiven@example.org');
    for (let round = 0; round < 2; round += 1) {
      for (let attempt = 0; attempt < 9; attempt += 1)
        await new Browser(app).logIn('forgiven@example.org', 'wrong');
      assert.equal((await new Browser(app).logIn('forgiven@example.org', PASSWORD)).status, 303);
    }
  });
});
