import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiClient, problemOf } from '../api-client.ts';
import { drawClock } from '../drawn-pictures.ts';
import { type Browser, memberBrowser } from '../http/browser.ts';
import { describeOnEachApp } from '../test-app.ts';

describeOnEachApp('scopes of API tokens', (app) => {
  const page = '/account/tokens';

  async function makeToken(browser: Browser, fields: Record<string, string>) {
    assert.equal((await browser.submit(page, { expiresInDays: '', ...fields })).headers.location, page);
    const { text } = await browser.get(page);
    const secret = /<code class="secret"[^>]*>(dtx_[\w-]{43})</.exec(text)?.[1] ?? assert.fail(text);
    return new ApiClient(app().url, '', secret);
  }

  test('read lets look and analyse, and neither add nor delete', async () => {
    const browser = await memberBrowser(app().server, 'ada@example.org');
    const reader = await makeToken(browser, { name: 'reader', scope: 'read' });
    const writer = await makeToken(browser, { name: 'writer', scope: 'write' });
    const file = drawClock().png;
    const kept = await writer.upload(file);
    assert.equal((await reader.get<{ items: object[] }>('/api/v1/photos')).items.length, 1);
    assert.equal((await reader.send('/api/v1/detect', file)).status, 200);
    assert.equal((await reader.send('/api/v1/extract', file)).status, 200);
    const { detail } = await problemOf(await reader.send('/api/v1/photos', file), 403);
    assert.match(detail, /may only read/);
    await problemOf(await reader.fetch(`/api/v1/photos/${kept.id}`, { method: 'DELETE' }), 403);
    assert.equal((await writer.fetch(`/api/v1/photos/${kept.id}`, { method: 'DELETE' })).status, 204);
  });

  test('are shown with expiry and last use, and the token never again', async () => {
    const browser = await memberBrowser(app().server, 'list@example.org');
    const token = await makeToken(browser, { name: 'camera <b>', scope: 'read', expiresInDays: '30' });
    await token.get('/api/v1/me');
    const { text } = await browser.get(page);
    assert.match(text, /camera &lt;b&gt;/);
    assert.doesNotMatch(text, /dtx_/);
    const rows = await app().services.database('api_tokens').where({ name: 'camera <b>' });
    const days =
      (new Date(rows[0].expires_at).getTime() - new Date(rows[0].created_at).getTime()) / 86_400_000;
    assert.deepEqual([rows.length, rows[0].scope, days], [1, 'read', 30]);
  });

  test('are revoked on the page, at once', async () => {
    const browser = await memberBrowser(app().server, 'revoke@example.org');
    const token = await makeToken(browser, { name: 'old', scope: 'write' });
    const act =
      /action="(\/account\/tokens\/[0-9a-f-]+\/revoke)"/.exec((await browser.get(page)).text)?.[1] ?? '';
    assert.equal((await browser.submit(act, {}, { page })).status, 303);
    await problemOf(await token.fetch('/api/v1/me'), 401);
  });

  test('come back to the form that was wrong, with what was typed', async () => {
    const browser = await memberBrowser(app().server, 'wrong@example.org');
    const fields = { name: '', scope: 'write', expiresInDays: '9999' };
    const { status, text } = await browser.submit(page, fields);
    assert.equal(status, 422);
    assert.match(text, /Enter a name\./);
    assert.match(text, /at most 3650 days/);
    assert.match(text, /value="9999"/);
    assert.match(text, /value="write" checked/);
    const scope = await browser.submit(page, { name: 'x', scope: 'admin', expiresInDays: '' });
    assert.equal(scope.status, 422);
  });
});
