import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type PhotoAnswer, problemOf } from '../api-client.ts';
import { clock, detect, readyz, startServed } from './served-app.ts';
import { ServingStandIn } from './stand-in.ts';

describe('a model is named by its servable', () => {
  let standIn: ServingStandIn;
  before(async () => {
    standIn = await ServingStandIn.start();
    standIn.servables.set('object_detector', [
      { number: 2, state: 'available' },
      { number: 3, state: 'available' },
    ]);
    standIn.labels.set('object_detector', { stable: 2 });
  });
  after(() => standIn.close());

  for (const [servable, version] of [
    ['object_detector', '3'],
    ['object_detector:2', '2'],
    ['object_detector@stable', '2'],
    ['object_detector#serving_default', '3'],
  ] as const) {
    test(`${servable} is answered by version ${version}`, async () => {
      const { app, ada } = await startServed(standIn, { env: { OBJECT_DETECTOR_SERVABLE: servable } });
      try {
        assert.equal((await detect(ada)).models.object_detector, version);
      } finally {
        await app.close();
      }
    });
  }

  for (const servable of ['nobody', 'object_detector:9', 'object_detector@nobody', 'object_detector#other']) {
    test(`${servable}, which is not served, leaves photos queued`, async () => {
      const { app, ada } = await startServed(standIn, { env: { OBJECT_DETECTOR_SERVABLE: servable } });
      try {
        const response = await ada.send('/api/v1/photos', clock());
        assert.match((await problemOf(response, 503)).detail, /no model for this\. The photo is kept/);
        const photo = await ada.get<PhotoAnswer>(response.headers.get('location') ?? '');
        assert.equal(photo.status, 'queued');
        assert.equal(await readyz(app), 503);
      } finally {
        await app.close();
      }
    });
  }
});
