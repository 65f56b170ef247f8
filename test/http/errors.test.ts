import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pino } from 'pino';
import { AppError, type ErrorCode } from '../../src/errors.ts';
import type { Route } from '../../src/http/route.ts';
import { Browser, memberBrowser } from './browser.ts';
import { createTestSite } from './test-site.ts';
import { openTestSqlite } from './test-sqlite.ts';

const STATUS: [ErrorCode, number][] = [
  ['invalid_input', 400],
  ['not_authenticated', 401],
  ['forbidden', 403],
  ['invalid_csrf_token', 403],
  ['not_found', 404],
  ['conflict', 409],
  ['upload_too_large', 413],
  ['unsupported_media_type', 415],
  ['unsupported_image', 415],
  ['broken_image', 422],
  ['too_many_pixels', 422],
  ['too_many_attempts', 429],
  ['overloaded', 503],
  ['engine_unavailable', 503],
  ['analysis_interrupted', 503],
  ['analysis_failed', 502],
];

const throwing = (path: string, error: () => unknown): Route => ({
  method: 'GET',
  path,
  access: 'public',
  handler: () => {
    throw error();
  },
});

const routes: Route[] = [
  ...STATUS.flatMap(([code]) => [
    throwing(`/api/${code}`, () => new AppError(code, `About ${code}.`)),
    throwing(`/${code}`, () => new AppError(code, `About ${code}.`)),
  ]),
  throwing('/api/fault', () => new Error('select secret from /etc/passwd')),
  throwing('/fault', () => new Error('select secret from /etc/passwd')),
  throwing('/api/odd', () => 'not an error'),
  throwing('/api/later', () => new AppError('overloaded', 'Full.', { retryAfterSeconds: 17 })),
  throwing(
    '/api/fields',
    () =>
      new AppError('invalid_input', 'No.', {
        fields: [
          { path: 'a.b', message: 'x' },
          { path: '', message: 'y' },
        ],
      }),
  ),
  {
    method: 'GET',
    path: '/begun',
    access: 'public',
    handler: async (_req, res) => {
      res.write('the first half');
      throw new Error('in the middle');
    },
  },
  {
    method: 'GET',
    path: '/items/:id',
    access: 'public',
    handler: (req, res) => void res.send(req.params.id),
  },
];

describe('errors', async () => {
  const lines: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const app = createTestSite(await openTestSqlite(), { logger, routes });
  const visitor = new Browser(app);

  for (const [code, status] of STATUS) {
    test(`${code} is ${status}, as a problem and as a page`, async () => {
      const problem = await visitor.get(`/api/${code}`);
      assert.equal(problem.status, status);
      assert.match(problem.headers['content-type'] ?? '', /^application\/problem\+json/);
      const { title, requestId, ...rest } = problem.body;
      assert.deepEqual(rest, { type: `urn:detectx:error:${code}`, status, detail: `About ${code}.` });
      assert.ok(title);
      assert.equal(requestId, problem.headers['x-request-id']);
      const page = await visitor.get(`/${code}`);
      assert.equal(page.status, status);
      assert.match(page.headers['content-type'] ?? '', /^text\/html/);
      // Its message is about a header, which no person sends.
      const said =
        code === 'invalid_csrf_token' ? 'could not be matched with your session' : `About ${code}\\.`;
      assert.match(page.text, new RegExp(said));
    });
  }

  test('say when to come back', async () => {
    assert.equal((await visitor.get('/api/later')).headers['retry-after'], '17');
    assert.ok(Number((await visitor.get('/api/engine_unavailable')).headers['retry-after']) > 0);
  });

  test('name the refused values', async () => {
    assert.deepEqual((await visitor.get('/api/fields')).body.errors, [
      { path: 'a.b', message: 'x' },
      { path: 'query', message: 'y' },
    ]);
  });

  test('nobody foresaw tell their id alone, and stand in the log under it', async () => {
    for (const path of ['/api/fault', '/fault', '/api/odd']) {
      const answer = await visitor.get(path);
      assert.equal(answer.status, 500);
      assert.doesNotMatch(answer.text, /secret|passwd|not an error|node_modules|\.ts/);
      const id = String(answer.headers['x-request-id']);
      assert.ok(answer.text.includes(id));
      assert.ok(lines.some((line) => line.includes(id) && line.includes('"level":50')));
    }
  });

  test('in the middle of an answer break it off', async () => {
    await assert.rejects(visitor.get('/begun'), /aborted|socket hang up|terminated/);
  });

  test('are JSON on a page whose script asks for it', async () => {
    const answer = await visitor.get('/conflict', { Accept: 'application/json' });
    assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json/);
    assert.equal((await visitor.get('/photos', { Accept: 'application/json' })).status, 401);
  });

  test('of addresses: unknown, badly encoded, wrong method', async () => {
    assert.equal((await visitor.get('/LOGIN')).status, 404);
    assert.equal((await visitor.get('/logout')).headers.location, '/');
    const below = await visitor.get('/account/tokens/some-id/revoke');
    assert.deepEqual([below.status, below.headers.location], [303, '/account/tokens']);
    assert.equal((await visitor.get('/no/such/page')).status, 404);
    assert.equal((await visitor.get('/api/v1/nothing')).body.status, 404);
    assert.equal((await visitor.get('/items/%E0%A4%A')).status, 400);
    assert.equal((await visitor.get('/items/a%00b')).status, 200);
    const method = await visitor.delete('/login');
    assert.deepEqual([method.status, method.headers.allow], [405, 'GET, POST, HEAD, OPTIONS']);
    const api = await visitor.delete('/api/v1/me');
    assert.deepEqual(
      [api.body.type, api.headers.allow],
      ['urn:detectx:error:method_not_allowed', 'GET, HEAD, OPTIONS'],
    );
  });

  test('of bodies: malformed, too large, in an unknown encoding', async () => {
    const json = { 'Content-Type': 'application/json' };
    const ada = await memberBrowser(app, 'ada@example.org');
    assert.equal(
      (await ada.post('/api/v1/things', '{"a":', json)).body.type,
      'urn:detectx:error:invalid_input',
    );
    assert.equal((await ada.post('/api/v1/things', `"${'x'.repeat(200_000)}"`, json)).body.status, 413);
    const packed = await ada.post('/api/v1/things', '{}', { ...json, 'Content-Encoding': 'sevenzip' });
    assert.equal(packed.body.status, 415);
    const token = { 'X-CSRF-Token': await ada.csrfToken('/') };
    for (const type of ['application/xml', 'application/x-www-form-urlencoded', 'text/plain', '']) {
      const other = await ada.post('/api/v1/tokens', '{"name":"x"}', { ...token, 'Content-Type': type });
      assert.deepEqual(
        [other.body.status, other.body.type],
        [415, 'urn:detectx:error:unsupported_media_type'],
      );
      assert.match(other.body.detail, /application\/json/);
    }
    const list = await ada.post('/api/v1/tokens', '[]', { ...token, ...json });
    assert.deepEqual([list.status, list.body.errors[0].path], [400, 'body']);
    const named = await ada.post('/api/v1/tokens', '{"name":"x"}', {
      ...token,
      'Content-Type': 'application/json; charset=utf-8',
    });
    assert.equal(named.status, 201);
    assert.equal(
      (await visitor.post('/login', 'a=%', { 'Content-Type': 'application/x-www-form-urlencoded' })).status,
      403,
    );
  });
});

describe('request log', async () => {
  test('holds no secrets and no addresses of people', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
    const app = createTestSite(await openTestSqlite(), { logger });
    const ada = await memberBrowser(app, 'ada@example.org');
    const { token } = (await ada.call('post', '/api/v1/tokens', { name: 'x' })).body;
    await new Browser(app).get('/api/v1/me?email=ada@example.org', { Authorization: `Bearer ${token}` });
    await new Browser(app).logIn('ada@example.org', 'wrong password 3');
    const log = lines.join('');
    assert.match(log, /"path":"\/api\/v1\/me"/);
    assert.match(log, /"status":401/);
    assert.doesNotMatch(
      log,
      /example\.org|wrong password|correct horse|dtx_|detectx\.sid|cookie|authorization/i,
    );
  });
});
