import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { StartError } from '../../src/start-error.ts';
import { problemOf } from '../api-client.ts';
import { clock, detect, startServed } from './served-app.ts';
import { ServingStandIn } from './stand-in.ts';

describe('over TLS', () => {
  const file = (name: string) => fileURLToPath(new URL(`tls/${name}`, import.meta.url));
  let standIn: ServingStandIn;
  before(async () => {
    const [certificate, key] = await Promise.all(
      ['certificate.pem', 'key.pem'].map((name) => readFile(file(name))),
    );
    assert.ok(certificate && key);
    standIn = await ServingStandIn.start({ tls: { certificate, key } });
  });
  after(() => standIn.close());

  test('a server is called whose certificate the named authority has signed', async () => {
    const env = {
      TENSORFLOW_SERVING_URL: `grpcs://${standIn.address}`,
      TENSORFLOW_SERVING_CA: file('certificate.pem'),
    };
    const { app, ada } = await startServed(standIn, { env });
    try {
      assert.equal((await detect(ada)).detections[0]?.label, 'clock');
    } finally {
      await app.close();
    }
  });

  for (const [what, env] of [
    ['that nobody vouches for', { scheme: 'grpcs://' }],
    ['that is called without TLS', { scheme: '' }],
  ] as const) {
    test(`a server ${what} gets no picture`, async () => {
      standIn.received.length = 0;
      const { app, ada } = await startServed(standIn, {
        env: { TENSORFLOW_SERVING_URL: env.scheme + standIn.address },
      });
      try {
        await problemOf(await ada.send('/api/v1/detect', clock()), 503);
        assert.equal(standIn.received.length, 0);
      } finally {
        await app.close();
      }
    });
  }

  test('a file of authorities that cannot be read stops the start with one line', async () => {
    for (const [path, reason] of [
      ['/nowhere.pem', /no such file/],
      [file('../tls.test.ts'), /as PEM certificates: \S/],
    ] as const) {
      await assert.rejects(
        startServed(standIn, { env: { TENSORFLOW_SERVING_CA: path } }),
        (error) => error instanceof StartError && reason.test(error.message) && !error.message.includes('\n'),
      );
    }
  });
});
