import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Browser, cookiesOf, memberBrowser, PASSWORD } from '../http/browser.ts';
import { createTestSite } from '../http/test-site.ts';
import { openTestSqlite } from '../http/test-sqlite.ts';

/** A password with its confirmation. */
const same = (password: string) => ({ password, passwordConfirmation: password });

describe('registration', async () => {
  const database = await openTestSqlite();
  const app = createTestSite(database);

  test('tells the first one that they will be admin, makes them admin, and nobody after', async () => {
    assert.match((await new Browser(app).get('/register')).text, /first account/);
    const first = await memberBrowser(app, 'first@example.org');
    const second = await memberBrowser(app, 'second@example.org');
    assert.doesNotMatch((await new Browser(app).get('/register')).text, /first account/);
    assert.equal((await first.get('/admin')).status, 200);
    assert.equal((await second.get('/admin')).status, 403);
    assert.equal((await new Browser(app).get('/admin')).headers.location, '/login?next=%2Fadmin');
  });

  test('leads everybody but the first one to the login, which says what has happened', async () => {
    const browser = new Browser(app);
    const response = await browser.register('greeted@example.org', { name: '  Grace <b>  ' });
    assert.deepEqual([response.status, response.headers.location], [303, '/login?notice=registered']);
    assert.equal(cookiesOf(response).has('detectx.sid'), false);
    assert.match((await browser.get('/login?notice=registered')).text, /it has one now: log in/);
    assert.equal((await browser.logIn('greeted@example.org', PASSWORD)).headers.location, '/');
    assert.equal((await browser.get('/account/sessions')).text.includes('Grace &lt;b&gt;'), true);
  });

  test('returns to the page that was wanted, if it is of this site', async () => {
    const home = await new Browser(app).register('next@example.org', { next: '/photos?label=dog' });
    assert.equal(home.headers.location, '/login?notice=registered&next=%2Fphotos%3Flabel%3Ddog');
    const elsewhere = await new Browser(app).register('next2@example.org', { next: '//evil.example' });
    assert.equal(elsewhere.headers.location, '/login?notice=registered');
  });

  test('keeps a hash in place of the password, and the address in lower case', async () => {
    await memberBrowser(app, 'Mixed.Case@Example.org');
    const row = await database('members').where({ email: 'mixed.case@example.org' }).first();
    assert.match(row.password_hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  test('answers alike whether the address has an account, whatever its letter case, and changes nothing', async () => {
    await memberBrowser(app, 'taken@example.org');
    const before = await database('members').where({ email: 'taken@example.org' }).first();
    const answers = [];
    for (const email of ['Taken@Example.org', 'free@example.org']) {
      const password = 'another long secret 1';
      const { status, headers, text } = await new Browser(app).register(email, {
        password,
        passwordConfirmation: password,
      });
      answers.push({ status, location: headers.location, cookies: headers['set-cookie'], text });
    }
    assert.equal(answers[0]?.status, 303);
    assert.deepEqual(answers[0], answers[1]);
    assert.deepEqual(await database('members').where({ email: 'taken@example.org' }).first(), before);
    assert.equal((await new Browser(app).logIn('taken@example.org', PASSWORD)).status, 303);
  });

  test('makes one account of several simultaneous registrations of one address', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => new Browser(app).register('race@example.org')));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [303, 303, 303],
    );
    assert.equal((await database('members').where({ email: 'race@example.org' })).length, 1);
  });

  const refusals: [string, Record<string, string>, RegExp][] = [
    ['an empty name', { name: '   ' }, /Enter a name\./],
    ['a name that is too long', { name: 'a'.repeat(121) }, /at most 120 characters/],
    ['a name with a line break', { name: 'Ada\nBcc: x' }, /without control characters/],
    ['no address', { email: '' }, /Enter your e-mail address\./],
    ['what is no address', { email: 'ada' }, /such as ada@example\.org/],
    ['a short password', { password: 'short77', passwordConfirmation: 'short77' }, /at least 8 characters/],
    ['a password of 129 characters', { password: 'x'.repeat(129) }, /at most 128 characters/],
    ['a password that is easy to guess', same('password1'), /easy to guess/],
    ['a password made of the own address', same('refused@example.org'), /easy to guess/],
    ['a password made of the own name', { ...same('AdaExample1'), name: 'Ada Example' }, /easy to guess/],
    ['a different confirmation', { passwordConfirmation: 'something else' }, /not the same/],
  ];
  for (const [what, fields, message] of refusals) {
    test(`refuses ${what}`, async () => {
      const response = await new Browser(app).register('refused@example.org', fields);
      assert.equal(response.status, 422);
      assert.match(response.text, message);
      assert.equal(cookiesOf(response).has('detectx.sid'), false);
    });
  }

  test('brings a refused form back with its values, without the password', async () => {
    const fields = {
      name: 'Ada "Countess" <b>',
      password: 'first secret 1',
      passwordConfirmation: 'second secret 2',
    };
    const { text } = await new Browser(app).register('kept@example.org', fields);
    assert.match(text, /value="Ada &#34;Countess&#34; &lt;b&gt;"/);
    assert.match(text, /value="kept@example\.org"/);
    assert.doesNotMatch(text, /first secret|second secret/);
  });

  test('sends a member away from the form', async () => {
    const browser = await memberBrowser(app, 'inside@example.org');
    const response = await browser.get('/register');
    assert.deepEqual([response.status, response.headers.location], [303, '/']);
  });

  test('takes no fields that it does not know', async () => {
    const browser = new Browser(app);
    await browser.register('sly@example.org', { role: 'admin', id: '1' });
    await browser.logIn('sly@example.org', PASSWORD);
    assert.equal((await browser.get('/admin')).status, 403);
  });
});

describe('closed registration', async () => {
  const app = createTestSite(await openTestSqlite(), { allowRegistration: false });

  test('says so on the page and refuses the form', async () => {
    const page = await new Browser(app).get('/register');
    assert.equal(page.status, 403);
    assert.match(page.text, /Registration is closed/);
    const browser = new Browser(app);
    const form = { name: 'Ada', email: 'a@example.org', password: PASSWORD, passwordConfirmation: PASSWORD };
    assert.equal((await browser.submit('/register', form, { page: '/login' })).status, 403);
    assert.equal((await browser.logIn('a@example.org', PASSWORD)).status, 401);
  });
});
