import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newApiClient, problemOf } from '../api-client.ts';
import { drawWords } from '../drawn-pictures.ts';
import { memberBrowser } from '../http/browser.ts';
import { describeOnEachApp } from '../test-app.ts';

const MB = 1024 * 1024;

describeOnEachApp(
  'quotas',
  (app) => {
    const word = (text: string) => drawWords(text).png;

    test('refuse what goes beyond the number of photos, clearly, and take it once there is room', async () => {
      const client = await newApiClient(app());
      const first = await client.upload(word('ONE'));
      await client.upload(word('TWO'));
      const { detail } = await problemOf(await client.send('/api/v1/photos', word('THREE')), 403);
      assert.match(detail, /You may keep 2 photos.*Delete some photos for good/);
      assert.equal((await client.get<{ items: object[] }>('/api/v1/photos')).items.length, 2);
      await client.fetch(`/api/v1/photos/${first.id}`, { method: 'DELETE' });
      await problemOf(await client.send('/api/v1/photos', word('THREE')), 403);
      await client.fetch(`/api/v1/trash/${first.id}`, { method: 'DELETE' });
      await client.upload(word('THREE'));
    });

    test('still give a picture that is there already', async () => {
      const client = await newApiClient(app());
      await client.upload(word('ONE'));
      await client.upload(word('TWO'));
      assert.equal((await client.send('/api/v1/photos', word('ONE'))).status, 200);
    });

    test('hold when many photos come at once', async () => {
      const client = await newApiClient(app());
      const words = ['A1', 'B2', 'C3', 'D4', 'E5', 'F6'].map((text) => word(text));
      const answers = await Promise.all(words.map((file) => client.send('/api/v1/photos', file)));
      assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 201, 403, 403, 403, 403]);
      assert.equal((await client.get<{ items: object[] }>('/api/v1/photos')).items.length, 2);
    });

    test('count bytes, and are other ones for a member to whom an admin gave them', async () => {
      const client = await newApiClient(app());
      const { administration } = app().services;
      await administration.setQuota(client.memberId, { photos: 3, bytes: 1000 });
      const { detail } = await problemOf(await client.send('/api/v1/photos', word('ONE')), 403);
      assert.match(detail, /You may keep 0 MB of photos; 0 MB are in use/);
      await administration.setQuota(client.memberId, { photos: 3, bytes: MB });
      for (const text of ['ONE', 'TWO', 'THREE']) await client.upload(word(text));
      await problemOf(await client.send('/api/v1/photos', word('FOUR')), 403);
    });

    test('are shown on the account page and at the refused file', async () => {
      const browser = await memberBrowser(app().server, 'ada@example.org');
      const files = ['ONE', 'TWO', 'THREE'].map((text) => ({ filename: `${text}.png`, file: word(text) }));
      const { text } = await browser.uploadAll('/photos', files);
      assert.match(text, /You may keep 2 photos/);
      const account = (await browser.get('/account')).text;
      assert.match(account, /<dd>2 of 2/);
      assert.match(account, /KB of 1 MB|KB of 1\.\d MB/);
    });
  },
  { env: { QUOTA_PHOTOS: '2', QUOTA_MB: '1' } },
);
