import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { Browser, memberBrowser, PASSWORD } from '../http/browser.ts';
import { Mailbox } from '../mailbox.ts';
import { describeOnEachApp } from '../test-app.ts';

const HOME = '/account/two-factor';
const CODES = `${HOME}/recovery-codes`;
const STEP_MS = 30_000;

/** The code that a device with this secret shows, some steps from now. */
const codeOf = (secret: string, steps = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * STEP_MS });

const secretIn = (page: string) =>
  (/<code class="secret"[^>]*>([A-Z2-7 ]+)</.exec(page)?.[1] ?? '').replaceAll(' ', '');
const codesIn = (page: string) => [...page.matchAll(/<li><code>([a-z0-9-]+)</g)].map(([, code = '']) => code);

describeOnEachApp('two-factor login', (app) => {
  const withPassword = (browser: Browser, act: string, currentPassword = PASSWORD) =>
    browser.submit(`${HOME}/${act}`, { currentPassword }, { page: HOME });

  async function enabled(email: string) {
    const browser = await memberBrowser(app().server, email);
    const secret = secretIn((await withPassword(browser, 'set-up')).text);
    assert.match(secret, /^[A-Z2-7]{32}$/);
    const answer = await browser.submit(`${HOME}/enable`, { code: codeOf(secret, -1) }, { page: HOME });
    assert.deepEqual([answer.status, answer.headers.location], [303, CODES]);
    const codes = codesIn((await browser.get(CODES)).text);
    assert.equal(codes.length, 10);
    return { browser, secret, codes };
  }

  async function enterCode(email: string, code: string, next = '') {
    const browser = new Browser(app().server);
    const first = await browser.logIn(email, PASSWORD, next ? { next } : {});
    assert.match(first.headers.location ?? '', /^\/login\/second-factor/);
    assert.match((await browser.get('/photos')).headers.location ?? '', /^\/(login|session-expired)/);
    const answer = await browser.submit('/login/second-factor', { code, ...(next ? { next } : {}) });
    return { browser, answer };
  }

  test('asks for a code after the password, and leads on to the page that was wanted', async () => {
    const { secret } = await enabled('ada@example.org');
    const { browser, answer } = await enterCode('ada@example.org', codeOf(secret), '/photos?label=dog');
    assert.deepEqual([answer.status, answer.headers.location], [303, '/photos?label=dog']);
    assert.equal((await browser.get('/photos')).status, 200);
  });

  test('shows its secret to nobody who has not given the password', async () => {
    const browser = await memberBrowser(app().server, 'stolen@example.org');
    const answer = await browser.submit(`${HOME}/enable`, { code: '000000' }, { page: HOME });
    assert.deepEqual([answer.status, answer.headers.location, secretIn(answer.text)], [303, HOME, '']);
    await withPassword(browser, 'set-up');
    const elsewhere = new Browser(app().server);
    await elsewhere.logIn('stolen@example.org', PASSWORD);
    const stolen = await elsewhere.submit(`${HOME}/enable`, { code: '000000' }, { page: HOME });
    assert.equal(secretIn(stolen.text), '');
  });

  test('ends a login that waits for its code when the password is reset', async () => {
    const email = 'waiting@example.org';
    const { secret } = await enabled(email);
    const thief = new Browser(app().server);
    await thief.logIn(email, PASSWORD);
    await app().services.resets.ask(email);
    const link = await new Mailbox(app()).link(email, '/reset-password/');
    const password = 'a quite different secret 7';
    await new Browser(app().server).submit(link, { password, passwordConfirmation: password });
    const answer = await thief.submit('/login/second-factor', { code: codeOf(secret) }, { page: '/login' });
    assert.deepEqual([answer.status, answer.headers.location], [303, '/login']);
  });

  test('takes each code once', async () => {
    const { secret } = await enabled('once@example.org');
    const code = codeOf(secret);
    assert.equal((await enterCode('once@example.org', code)).answer.status, 303);
    const again = await enterCode('once@example.org', code);
    assert.equal(again.answer.status, 401);
    assert.match(again.answer.text, /wrong, or it was used already/);
  });

  test('refuses wrong codes, and old ones, and takes a pause after ten', async () => {
    const email = 'wrong@example.org';
    const { secret } = await enabled(email);
    for (const code of [codeOf(secret, -3), codeOf(secret, 3), 'abcdef', '', 'x'.repeat(65)]) {
      const { answer, browser } = await enterCode(email, code);
      assert.ok([401, 422].includes(answer.status), code);
      assert.equal((await browser.get('/photos')).status, 303);
    }
    const { browser } = await enterCode(email, 'abcdef');
    const statuses = [];
    for (let i = 0; i < 10; i++) {
      statuses.push((await browser.submit('/login/second-factor', { code: '000000' })).status);
    }
    assert.equal(statuses.at(-1), 429);
  });

  test('lets in once by each recovery code, and says how many are left', async () => {
    const email = 'lost@example.org';
    const { codes } = await enabled(email);
    const { browser, answer } = await enterCode(email, ` ${(codes[0] ?? '').toUpperCase()} `);
    assert.equal(answer.status, 303);
    assert.match((await browser.get(HOME)).text, /9 recovery codes are left/);
    assert.equal((await enterCode(email, codes[0] ?? '')).answer.status, 401);
  });

  test('replaces the recovery codes, after the password', async () => {
    const email = 'more@example.org';
    const { browser, codes } = await enabled(email);
    assert.equal((await withPassword(browser, 'recovery-codes', 'not my password')).status, 422);
    assert.equal((await withPassword(browser, 'recovery-codes')).headers.location, CODES);
    const fresh = codesIn((await browser.get(CODES)).text);
    assert.equal(new Set([...fresh, ...codes]).size, 20);
    assert.equal((await enterCode(email, codes[1] ?? '')).answer.status, 401);
    assert.equal((await enterCode(email, fresh[1] ?? '')).answer.status, 303);
  });

  test('is switched off by the password, and then the password is enough', async () => {
    const email = 'off@example.org';
    const { browser } = await enabled(email);
    assert.equal((await withPassword(browser, 'disable', 'not my password')).status, 422);
    assert.equal((await withPassword(browser, 'disable')).status, 303);
    assert.equal((await new Browser(app().server).logIn(email, PASSWORD)).headers.location, '/');
  });

  test('is not on before a code of the device has been seen', async () => {
    const email = 'half@example.org';
    const browser = await memberBrowser(app().server, email);
    const page = await withPassword(browser, 'set-up');
    const secret = secretIn(page.text);
    assert.match(page.text, /src="data:image\/svg\+xml;base64,/);
    const refused = await browser.submit(`${HOME}/enable`, { code: '000000' }, { page: HOME });
    assert.equal(refused.status, 422);
    assert.equal(secretIn(refused.text), secret);
    assert.equal((await new Browser(app().server).logIn(email, PASSWORD)).headers.location, '/');
  });

  test('keeps neither the secret nor the codes readable in the database', async () => {
    const { secret, codes } = await enabled('sealed@example.org');
    const { database } = app().services;
    const rows = JSON.stringify([await database('second_factors'), await database('recovery_codes')]);
    for (const text of [secret, ...codes]) assert.equal(rows.includes(text), false);
  });

  test('shows the recovery codes, also after a double click, until they are kept', async () => {
    const browser = await memberBrowser(app().server, 'double@example.org');
    const secret = secretIn((await withPassword(browser, 'set-up')).text);
    const code = codeOf(secret);
    for (let click = 0; click < 2; click++) {
      const answer = await browser.submit(`${HOME}/enable`, { code }, { page: HOME });
      assert.deepEqual([answer.status, answer.headers.location], [303, CODES]);
    }
    const codes = codesIn((await browser.get(CODES)).text);
    assert.equal(codes.length, 10);
    assert.deepEqual(codesIn((await browser.get(CODES)).text), codes);
    const sessions = JSON.stringify(await app().services.database('sessions').select());
    assert.equal(sessions.includes(codes[0] ?? ''), false);
    await browser.submit(`${CODES}/kept`, {}, { page: CODES });
    assert.equal((await browser.get(CODES)).headers.location, HOME);
  });

  test('lets in by a recovery code while somebody else guesses, ', async () => {
    const email = 'guessed@example.org';
    const { codes, secret } = await enabled(email);
    const guesser = new Browser(app().server);
    await guesser.logIn(email, PASSWORD);
    for (let i = 0; i < 11; i++) await guesser.submit('/login/second-factor', { code: '000000' });
    assert.equal((await enterCode(email, codeOf(secret))).answer.status, 429);
    assert.equal((await enterCode(email, codes[0] ?? '')).answer.status, 303);
  });

  test('is listed as a session only once the code was right', async () => {
    const email = 'listed@example.org';
    const { browser } = await enabled(email);
    await new Browser(app().server).logIn(email, PASSWORD);
    assert.equal((await browser.get('/account/sessions')).text.match(/data-label="Device"/g)?.length, 1);
  });

  test('of the own account is not an admin’s to switch off without the password', async () => {
    const admin = new Browser(app().server);
    const [first] = await app().services.accounts.listAdmins();
    await app().services.secondFactors.disable(first?.id ?? '');
    await admin.logIn(first?.email ?? '', PASSWORD);
    const secret = secretIn((await withPassword(admin, 'set-up')).text);
    await admin.submit(`${HOME}/enable`, { code: codeOf(secret, 1) }, { page: HOME });
    const path = `/admin/users/${first?.id}/disable-second-factor`;
    assert.equal((await admin.submit(path, {}, { page: '/admin/users' })).status, 409);
    assert.equal(await app().services.secondFactors.isEnabled(first?.id ?? ''), true);
  });
});
