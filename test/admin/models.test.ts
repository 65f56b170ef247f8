import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Browser, memberBrowser } from '../http/browser.ts';
import { ServingStandIn } from '../serving/stand-in.ts';
import { startTestApp, type TestApp } from '../test-app.ts';

describe('the page of models', () => {
  let standIn: ServingStandIn;
  let app: TestApp;
  let admin: Browser;
  before(async () => {
    standIn = await ServingStandIn.start();
    app = await startTestApp({
      env: {
        INFERENCE_ENGINE: 'tensorflow-serving',
        TENSORFLOW_SERVING_URL: standIn.address,
        TEXT_DETECTOR_SERVABLE: 'text_detector#serving_default',
        TEXT_RECOGNIZER_SERVABLE: 'reader:7',
      },
    });
    admin = await memberBrowser(app.server, 'admin@example.org');
  });
  after(async () => {
    await app.close();
    await standIn.close();
  });

  /** Each model's panel as plain text, as soon as they say something: a look that began before may still be under way. */
  async function panelsSaying(words: string): Promise<string[]> {
    for (let tries = 0; tries < 200; tries++) {
      const { text } = await admin.get('/admin/models');
      const panels = text
        .split('<section')
        .slice(1)
        .map((panel) => panel.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' '));
      if (panels.some((panel) => panel.includes(words))) return panels;
      await delay(50);
    }
    return assert.fail(`No panel says “${words}”.`);
  }

  test('shows the version and the state of each, and what is missing', async () => {
    standIn.servables.set('object_detector', [
      { number: 3, state: 'ended', error: 'No OpKernel was registered' },
      { number: 2, state: 'available' },
    ]);
    const [engine = '', detector = '', text = '', reader = ''] = await panelsSaying('No OpKernel');
    assert.match(engine, new RegExp(`TensorFlow Serving .*localhost:${standIn.port}`));
    assert.match(detector, /Object detector Available/);
    assert.match(detector, /3 Failed No OpKernel was registered 2 Available .*Servable object_detector /);
    assert.match(text, /Text detector Available .* 1 Available/);
    assert.match(reader, /Text recogniser Not available TensorFlow Serving has no such .* Servable reader:7/);
  });

  test('says why nothing is known while the server is away', async () => {
    standIn.kill();
    const [engine = '', detector = ''] = await panelsSaying('cannot be reached');
    assert.match(engine, /cannot be reached/);
    assert.match(detector, /Object detector Not available/);
    await standIn.listen();
  });
});

test('models of the embedded engine stand on the page with their origin', async () => {
  const app = await startTestApp();
  try {
    const admin = await memberBrowser(app.server, 'admin@example.org');
    const { text } = await admin.get('/admin/models');
    assert.match(text, /Embedded: ONNX Runtime/);
    assert.equal(text.match(/badge-good/g)?.length, 3);
    assert.match(text, /CenterNet/);
    assert.doesNotMatch(text, /Servable/);
  } finally {
    await app.close();
  }
});
