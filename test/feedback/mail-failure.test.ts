import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { memberBrowser, PASSWORD } from '../http/browser.ts';
import { startTestApp, type TestApp } from '../test-app.ts';

describe('an answer that the mail server does not take', () => {
  let app: TestApp;
  before(async () => {
    // Nothing listens there.
    app = await startTestApp({ env: { SMTP_URL: 'smtp://127.0.0.1:1' } });
  });
  after(() => app?.close());

  test('is told, loses nothing, and leaves the message to be answered', async () => {
    const admin = await memberBrowser(app.server, 'admin@example.org');
    const { accounts, feedback, inbox, audit } = app.services;
    const author = await accounts.register({ name: 'Ben', email: 'ben@example.org', password: PASSWORD });
    const given = await feedback.give(author, { rating: 2, message: 'Hello?' });
    const path = `/admin/feedback/${given.feedback.id}`;
    assert.match((await admin.get('/feedback')).text, /An answer comes to admin@example\.org\./);
    const refused = await admin.submit(`${path}/answer`, { answer: 'A long answer' }, { page: path });
    assert.equal(refused.status, 503);
    assert.match(refused.text, /The mail server did not take the mail, so nothing was sent\./);
    assert.match(refused.text, /A long answer<\/textarea>/);
    const { state, answer, unsettledAnswer } = await inbox.get(given.feedback.id);
    assert.deepEqual([state, answer, unsettledAnswer], ['read', null, null]);
    assert.deepEqual(await audit.list({ act: 'feedback_answered' }, null, 1), []);
  });
});
