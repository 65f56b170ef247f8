import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Browser, memberBrowser, PASSWORD } from '../http/browser.ts';
import { Mailbox } from '../mailbox.ts';
import { describeOnEachApp } from '../test-app.ts';

const NEW = 'a quite different secret 7';
const newPassword = { password: NEW, passwordConfirmation: NEW };

describeOnEachApp('password reset', (app) => {
  const askedLink = async (email: string) => {
    const answer = await new Browser(app().server).submit('/forgot-password', { email });
    assert.deepEqual([answer.status, answer.headers.location], [303, '/login?notice=reset-kept']);
    return new Mailbox(app()).link(email.toLowerCase(), '/reset-password/');
  };

  test('gives a new password by a link in the mail, and ends all sessions', async () => {
    const email = 'ada@example.org';
    const elsewhere = await memberBrowser(app().server, email);
    const link = await askedLink('Ada@Example.org');
    assert.match((await new Browser(app().server).get(link)).text, /ada@example\.org/);
    const answer = await new Browser(app().server).submit(link, newPassword);
    assert.deepEqual([answer.status, answer.headers.location], [303, '/login?notice=reset']);
    assert.match((await elsewhere.get('/photos')).headers.location ?? '', /^\/session-expired/);
    assert.equal((await new Browser(app().server).logIn(email, PASSWORD)).status, 401);
    assert.equal((await new Browser(app().server).logIn(email, NEW)).status, 303);
    assert.match((await new Mailbox(app()).textsTo(email)).join(), /Your password was reset/);
  });

  test('keeps a link from being used twice, also at once', async () => {
    await memberBrowser(app().server, 'twice@example.org');
    const link = await askedLink('twice@example.org');
    const browsers = [1, 2, 3].map(() => new Browser(app().server));
    const answers = await Promise.all(browsers.map((browser) => browser.submit(link, newPassword)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 404, 404]);
    assert.match((await new Browser(app().server).get(link)).text, /used already/);
  });

  test('refuses a link that is wrong, replaced by a newer one, or an hour old', async () => {
    const email = 'late@example.org';
    await memberBrowser(app().server, email);
    const first = await askedLink(email);
    await app().services.resets.ask(email);
    const second = await askedLink(email);
    assert.notEqual(first, second);
    assert.equal((await new Browser(app().server).get(first)).status, 404);
    assert.equal((await new Browser(app().server).get(`${second.slice(0, -1)}_`)).status, 404);
    assert.equal((await new Browser(app().server).get(second)).status, 200);
    const hourAgo = new Date(Date.now() - 1);
    await app()
      .services.database('account_links')
      .where({ purpose: 'reset' })
      .update({ expires_at: hourAgo });
    assert.equal(
      (await new Browser(app().server).submit(second, newPassword, { page: '/login' })).status,
      404,
    );
  });

  test('lasts an hour, and is kept as a hash', async () => {
    const email = 'hash@example.org';
    await memberBrowser(app().server, email);
    const link = await askedLink(email);
    const row = await app().services.database('account_links').where({ email }).first();
    assert.equal(new Date(row.expires_at).getTime() - new Date(row.created_at).getTime(), 60 * 60_000);
    assert.equal(JSON.stringify(row).includes(link.split('/').at(-1) ?? ''), false);
  });

  test('keeps the link good when the new password is refused', async () => {
    const email = 'weak@example.org';
    await memberBrowser(app().server, email);
    const link = await askedLink(email);
    const weak = { password: 'weak@example', passwordConfirmation: 'weak@example' };
    const refused = await new Browser(app().server).submit(link, weak);
    assert.equal(refused.status, 422);
    assert.match(refused.text, /easy to guess/);
    assert.equal((await new Browser(app().server).submit(link, newPassword)).status, 303);
  });

  test('answers alike for an address without an account, and sends it nothing', async () => {
    await memberBrowser(app().server, 'known@example.org');
    const answers = [];
    for (const email of ['known@example.org', 'unknown@example.org']) {
      const { status, headers, text } = await new Browser(app().server).submit('/forgot-password', { email });
      answers.push([status, headers.location, text]);
    }
    assert.deepEqual(answers[0], answers[1]);
    await new Mailbox(app()).link('known@example.org', '/reset-password/');
    assert.deepEqual(await new Mailbox(app()).textsTo('unknown@example.org'), []);
  });

  test('lets an owner in whom wrong passwords have locked out', async () => {
    const email = 'locked@example.org';
    await memberBrowser(app().server, email);
    const attacker = new Browser(app().server);
    for (let i = 0; i < 11; i++) await attacker.logIn(email, `wrong ${i}`);
    const refused = await new Browser(app().server).logIn(email, PASSWORD);
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers['retry-after']) > 60);
    const link = await askedLink(email);
    await new Browser(app().server).submit(link, newPassword);
    assert.equal((await new Browser(app().server).logIn(email, NEW)).status, 303);
  });

  test('takes a pause after three links for one address', async () => {
    const email = 'eager@example.org';
    for (let i = 0; i < 3; i++) {
      assert.equal((await new Browser(app().server).submit('/forgot-password', { email })).status, 303);
    }
    const refused = await new Browser(app().server).submit('/forgot-password', { email });
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers['retry-after']) > 60);
  });
});
