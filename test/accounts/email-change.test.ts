import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Browser, memberBrowser, PASSWORD } from '../http/browser.ts';
import { Mailbox } from '../mailbox.ts';
import { describeOnEachApp } from '../test-app.ts';

describeOnEachApp('change of the e-mail address', (app) => {
  const ask = (browser: Browser, email: string, currentPassword = PASSWORD) =>
    browser.submit('/account/email', { email, currentPassword }, { page: '/account' });

  test('is confirmed from the new address, with a notice to the old one', async () => {
    const ada = await memberBrowser(app().server, 'ada@example.org');
    assert.equal((await ask(ada, 'Countess@Example.org')).status, 303);
    assert.match((await ada.get('/account')).text, /<strong>ada@example\.org<\/strong>/);
    const link = await new Mailbox(app()).link('countess@example.org', '/account/email/');
    assert.match((await new Mailbox(app()).textsTo('ada@example.org')).join(), /was asked for/);
    const anywhere = new Browser(app().server);
    assert.match((await anywhere.get(link)).text, /countess@example\.org/);
    assert.equal((await anywhere.submit(link, {})).headers.location, '/login?notice=email-changed');
    assert.match((await ada.get('/account')).text, /<strong>countess@example\.org<\/strong>/);
    assert.equal((await new Browser(app().server).logIn('countess@example.org', PASSWORD)).status, 303);
    assert.equal((await new Browser(app().server).logIn('ada@example.org', PASSWORD)).status, 401);
    assert.equal((await anywhere.submit(link, {}, { page: '/login' })).status, 404);
  });

  test('asks for the password', async () => {
    const browser = await memberBrowser(app().server, 'ben@example.org');
    const refused = await ask(browser, 'other@example.org', 'not my password 1');
    assert.equal(refused.status, 422);
    assert.match(refused.text, /This is not your password/);
    assert.match(refused.text, /value="other@example\.org"/);
    assert.deepEqual(await new Mailbox(app()).textsTo('other@example.org'), []);
  });

  test('does not tell whether the new address has an account, but tells its owner', async () => {
    const browser = await memberBrowser(app().server, 'eve@example.org');
    await memberBrowser(app().server, 'taken@example.org');
    const free = await ask(browser, 'free@example.org');
    const taken = await ask(browser, 'taken@example.org');
    assert.deepEqual([taken.status, taken.headers.location], [free.status, free.headers.location]);
    await new Mailbox(app()).link('free@example.org', '/account/email/');
    const texts = (await new Mailbox(app()).textsTo('taken@example.org')).join();
    assert.match(texts, /has an account already/);
    assert.doesNotMatch(texts, /\/account\/email\//);
  });

  test('is refused when the address has got an account meanwhile', async () => {
    const browser = await memberBrowser(app().server, 'slow@example.org');
    await ask(browser, 'wanted@example.org');
    const link = await new Mailbox(app()).link('wanted@example.org', '/account/email/');
    await memberBrowser(app().server, 'wanted@example.org');
    assert.equal((await browser.submit(link, {})).status, 409);
    assert.match((await browser.get('/account')).text, /<strong>slow@example\.org<\/strong>/);
  });

  test('asked for by a thief is worth nothing after the owner has reset the password', async () => {
    const thief = await memberBrowser(app().server, 'owner@example.org');
    await ask(thief, 'thief@example.org');
    const link = await new Mailbox(app()).link('thief@example.org', '/account/email/');
    await app().services.resets.ask('owner@example.org');
    const reset = await new Mailbox(app()).link('owner@example.org', '/reset-password/');
    const password = 'a quite different secret 7';
    await new Browser(app().server).submit(reset, { password, passwordConfirmation: password });
    assert.equal((await new Browser(app().server).get(link)).status, 404);
  });

  test('sends a stranger no more than five mails an hour', async () => {
    const browser = await memberBrowser(app().server, 'flood@example.org');
    const statuses = [];
    for (let i = 0; i < 6; i++) statuses.push((await ask(browser, 'victim@example.org')).status);
    assert.deepEqual(statuses, [303, 303, 303, 303, 303, 429]);
  });

  test('makes an earlier password reset worth nothing', async () => {
    const browser = await memberBrowser(app().server, 'reset@example.org');
    await app().services.resets.ask('reset@example.org');
    const reset = await new Mailbox(app()).link('reset@example.org', '/reset-password/');
    await ask(browser, 'moved@example.org');
    await browser.submit(await new Mailbox(app()).link('moved@example.org', '/account/email/'), {});
    assert.equal((await new Browser(app().server).get(reset)).status, 404);
  });
});
