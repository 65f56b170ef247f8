import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import request from 'supertest';
import { Browser, memberBrowser } from '../http/browser.ts';
import { createTestSite } from '../http/test-site.ts';
import { openTestSqlite } from '../http/test-sqlite.ts';

const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

describe('API tokens', async () => {
  const database = await openTestSqlite();
  const app = createTestSite(database);
  const ada = await memberBrowser(app, 'ada@example.org');
  const bob = await memberBrowser(app, 'bob@example.org');

  const me = (authorization: string) => request(app).get('/api/v1/me').set('Authorization', authorization);
  const makeToken = async (body: object = { name: 'camera' }) =>
    (await ada.call('post', '/api/v1/tokens', body)).body as { id: string; token: string };

  test('are shown once and kept as a hash', async () => {
    const created = await ada.call('post', '/api/v1/tokens', { name: ' camera ', expiresInDays: 30 });
    assert.equal(created.status, 201);
    const { id, name, token, createdAt, expiresAt } = created.body;
    assert.equal(name, 'camera');
    assert.match(token, /^dtx_[\w-]{43}$/);
    assert.equal(Date.parse(expiresAt) - Date.parse(createdAt), 30 * 24 * 60 * 60_000);
    const list = await ada.call('get', '/api/v1/tokens');
    assert.deepEqual(list.body.items, [{ id, name, scope: 'write', createdAt, expiresAt, lastUsedAt: null }]);
    assert.equal(list.headers['cache-control'], 'no-store');
    const rows = JSON.stringify(await database('api_tokens').select());
    assert.equal(rows.includes(token.slice(4)), false);
  });

  test('open the API for their owner, without CSRF token, and are noted as used', async () => {
    const { id, token } = await makeToken();
    const answer = await me(`Bearer ${token}`);
    assert.equal(answer.status, 200);
    assert.deepEqual(Object.keys(answer.body), ['id', 'name', 'email', 'role', 'createdAt']);
    assert.equal(answer.body.email, 'ada@example.org');
    const posted = await request(app).post('/api/v1/things').set('Authorization', `bearer ${token}`).send({});
    assert.deepEqual([posted.status, posted.body], [201, { owner: 'ada@example.org' }]);
    const { items } = (await ada.call('get', '/api/v1/tokens')).body;
    const used = items.find((item: { id: string }) => item.id === id).lastUsedAt;
    assert.ok(Date.now() - Date.parse(used) < 10_000);
  });

  test('that are wrong are refused for a while after a hundred tries, right ones of others are not', async () => {
    const elsewhere = createTestSite(database, { trustProxy: true });
    const tried = (token: string, address: string) =>
      request(elsewhere)
        .get('/api/v1/me')
        .set('Authorization', `Bearer ${token}`)
        .set('X-Forwarded-For', address);
    const { token } = await makeToken();
    for (let i = 0; i < 100; i++) assert.equal((await tried('dtx_wrong', '10.1.2.3')).status, 401);
    const refused = await tried('dtx_wrong', '10.1.2.3');
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers['retry-after']) > 60);
    assert.equal((await tried(token, '10.1.2.3')).status, 200);
    assert.equal((await tried('dtx_wrong', '10.1.2.4')).status, 401);
  });

  test('go before the session cookie', async () => {
    const { token } = await makeToken();
    const answer = await bob.get('/api/v1/me', { Authorization: `Bearer ${token}` });
    assert.equal(answer.body.email, 'ada@example.org');
  });

  test('are refused when wrong, also beside a session that is good', async () => {
    const { token } = await makeToken();
    const wrong = token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A');
    for (const authorization of [
      `Bearer ${wrong}`,
      'Bearer x',
      `Bearer ${token} ${token}`,
      `Basic ${token}`,
      token,
    ]) {
      const answer = await me(authorization);
      assert.equal(answer.status, 401, authorization);
      assert.equal(answer.headers['www-authenticate'], 'Bearer');
      assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json/);
    }
    assert.equal((await ada.get('/api/v1/me', { Authorization: `Bearer ${wrong}` })).status, 401);
  });

  test('end when they expire', async () => {
    const { id, token } = await makeToken({ name: 'short', expiresInDays: 1 });
    assert.equal((await me(`Bearer ${token}`)).status, 200);
    await database('api_tokens')
      .where({ id })
      .update({ expires_at: new Date(Date.now() - 1) });
    assert.equal((await me(`Bearer ${token}`)).status, 401);
  });

  test('end when they are revoked, by their owner alone', async () => {
    const { id, token } = await makeToken();
    assert.equal((await bob.call('delete', `/api/v1/tokens/${id}`)).status, 404);
    assert.equal((await me(`Bearer ${token}`)).status, 200);
    assert.equal((await ada.call('delete', `/api/v1/tokens/${id}`)).status, 204);
    assert.equal((await me(`Bearer ${token}`)).status, 401);
    const again = await ada.call('delete', `/api/v1/tokens/${id}`);
    const unknown = await ada.call('delete', `/api/v1/tokens/${UNKNOWN_ID}`);
    assert.deepEqual([again.status, again.body.detail], [unknown.status, unknown.body.detail]);
  });

  test('of others are not listed', async () => {
    await makeToken();
    assert.deepEqual((await bob.call('get', '/api/v1/tokens')).body, { items: [] });
  });

  test('cannot make, list or revoke tokens', async () => {
    const { id, token } = await makeToken();
    const authorized = { Authorization: `Bearer ${token}` };
    assert.equal((await request(app).post('/api/v1/tokens').set(authorized).send({ name: 'x' })).status, 403);
    assert.equal((await request(app).get('/api/v1/tokens').set(authorized)).status, 403);
    assert.equal((await request(app).delete(`/api/v1/tokens/${id}`).set(authorized)).status, 403);
  });

  test('open no pages', async () => {
    const { token } = await makeToken();
    const answer = await new Browser(app).get('/photos', { Authorization: `Bearer ${token}` });
    assert.equal(answer.headers.location, '/login?next=%2Fphotos');
  });

  test('are not made from values that make no sense', async () => {
    const bodies = [{}, { name: '' }, { name: 'x', expiresInDays: 0 }, { name: 'x', expiresInDays: 1.5 }];
    for (const body of [...bodies, { name: 'x', expiresInDays: 3651 }, { name: 7 }, []]) {
      const answer = await ada.call('post', '/api/v1/tokens', body);
      assert.equal(answer.status, 400, JSON.stringify(body));
      assert.ok(answer.body.errors.length > 0);
    }
    const cut = await ada.post('/api/v1/tokens', '{"name":', {
      'Content-Type': 'application/json',
      'X-CSRF-Token': await ada.csrfToken('/'),
    });
    assert.deepEqual([cut.status, cut.body.status], [400, 400]);
  });
});
