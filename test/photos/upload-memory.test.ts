import assert from 'node:assert/strict';
import { type ClientRequest, request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { newApiClient } from '../api-client.ts';
import { drawClock } from '../drawn-pictures.ts';
import { startTestApp, type TestApp } from '../test-app.ts';

const MEGABYTE = 1024 * 1024;
/** Together more than the 256 MB that may be held. */
const SENDERS = 15;
const SENT_BY_EACH = 19 * MEGABYTE;

describe('many senders of large photos that never finish', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());

  test('are refused before they fill the memory, and when they go, others are served', async () => {
    const ada = await newApiClient(app);
    const calls: ClientRequest[] = [];
    const refused = new Promise<{ status: number | undefined; retryAfter: string | undefined }>((resolve) => {
      for (let i = 0; i < SENDERS; i++) {
        const call = request(`${app.url}/api/v1/detect`, {
          method: 'POST',
          headers: { ...ada.authorization, 'Content-Type': 'multipart/form-data; boundary=x' },
        });
        call.once('response', ({ statusCode, headers }) =>
          resolve({ status: statusCode, retryAfter: headers['retry-after'] }),
        );
        call.on('error', () => {}); // All are cut off at the end.
        call.write('--x\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\n\r\n');
        call.write(Buffer.alloc(SENT_BY_EACH));
        calls.push(call);
      }
    });
    const { status, retryAfter } = await refused;
    assert.equal(status, 503);
    assert.ok(Number(retryAfter) > 0);

    for (const call of calls) call.destroy();
    const photo = await ada.send('/api/v1/detect', drawClock().png);
    assert.equal(photo.status, 200);
  });
});
