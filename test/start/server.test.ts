import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '../../src/config.ts';
import { createLogger } from '../../src/logger.ts';
import { serve } from '../../src/server.ts';
import { createServices } from '../../src/services.ts';
import { startTestApp } from '../test-app.ts';

test('a request that comes while an earlier run is cleared away is answered after that', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'detectx-server-'));
  const config = loadConfig({ DATA_DIR: folder, UPLOADS_DIR: path.join(folder, 'uploads') });
  const services = await createServices(config, createLogger('silent', false));
  const port = await freePort();
  const order: string[] = [];
  const recover = services.photos.recover.bind(services.photos);
  services.photos.recover = async () => {
    const answer = fetch(`http://127.0.0.1:${port}/healthz`).then(({ status }) => order.push(`${status}`));
    answered.push(answer);
    // Long enough for an answer that does not wait.
    await delay(200);
    await recover();
    order.push('recovered');
  };
  const answered: Promise<number>[] = [];
  const server = await serve(services, { port, host: '127.0.0.1' });
  try {
    await Promise.all(answered);
    assert.deepEqual(order, ['recovered', '200']);
    const { headers } = await fetch(`http://127.0.0.1:${port}/healthz`);
    const kept = Number(/^timeout=(\d+)$/.exec(headers.get('keep-alive') ?? '')?.[1]);
    assert.ok(kept > 60, 'longer than proxies keep their connections');
  } finally {
    server.closeAllConnections();
    server.close();
    await services.close();
    await rm(folder, { recursive: true, force: true });
  }
});

test('a body that stops arriving is given up, however long one may take that goes on', async () => {
  const app = await startTestApp({ limits: { idleMs: 500 } });
  try {
    assert.ok(app.server.requestTimeout > 2.5 * 60 * 60 * 1000, '1000 MB at 1 Mbit/s');
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': 1000 };
    const request = httpRequest(`${app.url}/login`, { method: 'POST', headers });
    request.write('email=');
    const [error] = await once(request, 'error');
    assert.equal(error.code, 'ECONNRESET');
  } finally {
    await app.close();
  }
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
