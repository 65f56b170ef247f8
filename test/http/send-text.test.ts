import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Response } from 'express';
import { sendText } from '../../src/http/send-text.ts';

describe('a text that is sent as it is made', () => {
  let made = 0;
  let stopped = false;
  let ended: Promise<void>;
  let url = '';

  /** Without an end: only who goes away stops it. */
  async function* endless(): AsyncGenerator<string> {
    try {
      for (;;) {
        made++;
        yield 'x'.repeat(100_000);
        await setImmediate();
      }
    } finally {
      stopped = true;
    }
  }

  const server = createServer((_req, res) => {
    ended = sendText(res as Response, endless());
  });

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());

  test('is made no longer when whoever takes it goes away, which is no fault', {
    timeout: 20_000,
  }, async () => {
    const abort = new AbortController();
    const response = await fetch(url, { signal: abort.signal });
    await response.body?.getReader().read();
    abort.abort();
    await ended;
    while (!stopped) await setImmediate();
  });

  test('is not made for who asks for the headers alone', async () => {
    made = 0;
    assert.equal((await fetch(url, { method: 'HEAD' })).status, 200);
    await ended;
    assert.equal(made, 0);
  });
});
