import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '../../src/config.ts';
import { createLogger } from '../../src/logger.ts';
import { serve } from '../../src/server.ts';
import { createServices } from '../../src/services.ts';

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
  } finally {
    server.closeAllConnections();
    server.close();
    await services.close();
    await rm(folder, { recursive: true, force: true });
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
