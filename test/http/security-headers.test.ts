import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Browser } from './browser.ts';
import { createTestSite } from './test-site.ts';
import { openTestSqlite } from './test-sqlite.ts';

describe('security headers', async () => {
  const database = await openTestSqlite();
  const plain = new Browser(createTestSite(database));
  const proxied = new Browser(createTestSite(database, { trustProxy: true }));

  test('allow nothing that is not of this site', async () => {
    for (const path of ['/login', '/api/v1/me', '/no/such/page']) {
      const { headers } = await plain.get(path);
      const policy = String(headers['content-security-policy']);
      const directives = new Map(policy.split(';').map((directive) => [directive.split(' ')[0], directive]));
      assert.equal(directives.get('default-src'), "default-src 'self'");
      assert.equal(directives.get('script-src'), "script-src 'self'");
      assert.equal(directives.get('style-src'), "style-src 'self'");
      assert.equal(directives.get('frame-ancestors'), "frame-ancestors 'none'");
      assert.doesNotMatch(policy, /unsafe|\*|https?:|upgrade-insecure-requests/);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['x-frame-options'], 'DENY');
      assert.equal(headers['referrer-policy'], 'same-origin');
      assert.match(String(headers['permissions-policy']), /geolocation=\(\)/);
      assert.equal(headers['x-powered-by'], undefined);
      assert.equal(headers['cache-control'], 'no-store');
    }
  });

  test('insist on TLS only where there is TLS', async () => {
    assert.equal((await plain.get('/login')).headers['strict-transport-security'], undefined);
    const forged = await plain.get('/login', { 'X-Forwarded-Proto': 'https' });
    assert.equal(forged.headers['strict-transport-security'], undefined);
    const secure = await proxied.get('/login', { 'X-Forwarded-Proto': 'https' });
    assert.match(String(secure.headers['strict-transport-security']), /max-age=31536000/);
  });
});
