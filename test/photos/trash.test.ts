import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { PhotoRepository } from '../../src/photos/photo-repository.ts';
import { TrashRepository } from '../../src/photos/trash-repository.ts';
import { type ApiClient, newApiClient, problemOf } from '../api-client.ts';
import { drawWords } from '../drawn-pictures.ts';
import { memberBrowser } from '../http/browser.ts';
import { describeOnEachApp } from '../test-app.ts';

interface TrashList {
  items: { id: string; filename: string; deletedAt: string; deletedForGoodAt: string }[];
  nextCursor: string | null;
}

interface PhotoList {
  items: { id: string }[];
}

const DAY_MS = 24 * 60 * 60_000;

describeOnEachApp('trash', (app) => {
  const idsIn = ({ items }: { items: { id: string }[] }) => items.map(({ id }) => id);
  const filesOf = async (id: string) =>
    (await readdir(app().uploadsDir, { recursive: true })).filter((name) => name.includes(id)).length;

  const restore = async (client: ApiClient, id: string) =>
    assert.equal((await client.fetch(`/api/v1/trash/${id}/restore`, { method: 'POST' })).status, 200);

  test('takes a deleted photo out of every list, and gives it back as it was', async () => {
    const ada = await newApiClient(app());
    const photo = await ada.upload(drawWords('Restore me').png, 'restore.png');
    const before = await ada.get<object>(photo.links.self);
    assert.equal((await ada.fetch(photo.links.self, { method: 'DELETE' })).status, 204);
    for (const path of ['', '/original', '/annotated', '/thumbnail'])
      await problemOf(await ada.fetch(photo.links.self + path), 404);
    assert.deepEqual((await ada.get<PhotoList>('/api/v1/photos')).items, []);
    assert.deepEqual((await ada.get<PhotoList>('/api/v1/photos?text=restore')).items, []);
    const { database } = app().services;
    const inHistory = () =>
      database('detections').where({ member_id: ada.memberId }).whereNotNull('sequence').select('id');
    assert.deepEqual(await inHistory(), []);

    const { items } = await ada.get<TrashList>('/api/v1/trash');
    assert.deepEqual(idsIn({ items }), [photo.id]);
    const [{ deletedAt = '', deletedForGoodAt = '' } = {}] = items;
    assert.equal(Date.parse(deletedForGoodAt) - Date.parse(deletedAt), 30 * DAY_MS);

    await restore(ada, photo.id);
    assert.deepEqual(await ada.get(photo.links.self), before);
    assert.deepEqual(idsIn(await ada.get<PhotoList>('/api/v1/photos?text=restore')), [photo.id]);
    assert.deepEqual((await ada.get<TrashList>('/api/v1/trash')).items, []);
  });

  test('gives a picture back that is uploaded once more', async () => {
    const ada = await newApiClient(app());
    const { png } = drawWords('Once more');
    const photo = await ada.upload(png);
    await ada.fetch(photo.links.self, { method: 'DELETE' });
    const again = await ada.send('/api/v1/photos', png);
    assert.equal(again.status, 200);
    assert.equal(((await again.json()) as { id: string }).id, photo.id);
    assert.deepEqual(idsIn(await ada.get<PhotoList>('/api/v1/photos')), [photo.id]);
  });

  test('keeps a picture that is uploaded at the moment at which its copy is deleted for good', async (t) => {
    const ada = await newApiClient(app());
    const { png } = drawWords('Not lost');
    const photo = await ada.upload(png);
    await ada.fetch(photo.links.self, { method: 'DELETE' });
    const { restore } = TrashRepository.prototype;
    t.mock.method(TrashRepository.prototype, 'restore', async function (this: TrashRepository, id: string) {
      await this.delete(id);
      return restore.call(this, id);
    });
    const again = await ada.send('/api/v1/photos', png);
    assert.equal(again.status, 201);
    const { id } = (await again.json()) as { id: string };
    assert.notEqual(id, photo.id);
    assert.equal((await ada.fetch(`/api/v1/photos/${id}/original`)).status, 200);
    assert.deepEqual(idsIn(await ada.get<PhotoList>('/api/v1/photos?text=lost')), [id]);
  });

  test('keeps a picture whose quicker copy is deleted for good before it is looked up', async (t) => {
    const ada = await newApiClient(app());
    const { insert } = PhotoRepository.prototype;
    let rivals = 0;
    t.mock.method(
      PhotoRepository.prototype,
      'insert',
      async function (this: PhotoRepository, ...[photo, quota]: Parameters<PhotoRepository['insert']>) {
        if (rivals++ > 0) return insert.call(this, photo, quota);
        const rival = { ...photo, id: randomUUID(), sequence: photo.sequence + 1 };
        await insert.call(this, rival, quota);
        const inserted = await insert.call(this, photo, quota);
        await this.delete(rival.id);
        return inserted;
      },
    );
    const sent = await ada.send('/api/v1/photos', drawWords('Too slow').png);
    assert.equal(sent.status, 201);
    const { id } = (await sent.json()) as { id: string };
    assert.equal((await ada.fetch(`/api/v1/photos/${id}/original`)).status, 200);
  });

  test('deletes for good with every row and file, one photo or all', async () => {
    const ada = await newApiClient(app());
    const photos = [];
    for (const word of ['One', 'Two', 'Three']) photos.push(await ada.upload(drawWords(word).png));
    for (const { links } of photos) await ada.fetch(links.self, { method: 'DELETE' });
    const [first] = photos;
    assert.ok(first && (await filesOf(first.id)) > 0);
    assert.equal((await ada.fetch(`/api/v1/trash/${first.id}`, { method: 'DELETE' })).status, 204);
    await problemOf(await ada.fetch(`/api/v1/trash/${first.id}`, { method: 'DELETE' }), 404);
    assert.equal(await filesOf(first.id), 0);
    const emptied = await ada.fetch('/api/v1/trash', { method: 'DELETE' });
    assert.deepEqual(await emptied.json(), { deleted: 2 });
    for (const { id } of photos) {
      assert.equal(await filesOf(id), 0);
      for (const table of ['detections', 'text_lines', 'photo_texts'])
        assert.deepEqual(await app().services.database(table).where({ photo_id: id }), []);
    }
  });

  test('is its owner’s alone', async () => {
    const [ada, ben] = [await newApiClient(app()), await newApiClient(app())];
    const photo = await ada.upload(drawWords('Mine').png);
    await ada.fetch(photo.links.self, { method: 'DELETE' });
    await problemOf(await ben.fetch(`/api/v1/trash/${photo.id}/restore`, { method: 'POST' }), 404);
    await problemOf(await ben.fetch(`/api/v1/trash/${photo.id}`, { method: 'DELETE' }), 404);
    assert.deepEqual((await ben.get<TrashList>('/api/v1/trash')).items, []);
    assert.deepEqual(idsIn(await ada.get<TrashList>('/api/v1/trash')), [photo.id]);
  });

  test('is emptied of what has been there for its days, and of nothing else', async () => {
    const ada = await newApiClient(app());
    const { trash } = app().services;
    const photo = await ada.upload(drawWords('Expires').png);
    await ada.fetch(photo.links.self, { method: 'DELETE' });
    await trash.deleteExpired(new Date(Date.now() + 30 * DAY_MS - 60_000));
    assert.deepEqual(idsIn(await ada.get<TrashList>('/api/v1/trash')), [photo.id]);
    assert.ok((await trash.deleteExpired(new Date(Date.now() + 30 * DAY_MS + 60_000))) > 0);
    assert.deepEqual((await ada.get<TrashList>('/api/v1/trash')).items, []);
    assert.equal(await filesOf(photo.id), 0);
  });

  test('keeps a photo that is restored and deleted anew while it is emptied', async (t) => {
    const ada = await newApiClient(app());
    const { services } = app();
    const photo = await ada.upload(drawWords('Again').png);
    await ada.fetch(photo.links.self, { method: 'DELETE' });
    await services
      .database('photos')
      .where({ id: photo.id })
      .update({ deleted_at: new Date(Date.now() - 40 * DAY_MS) });
    const { deletedBefore } = TrashRepository.prototype;
    t.mock.method(
      TrashRepository.prototype,
      'deletedBefore',
      async function (this: TrashRepository, ...asked: Parameters<TrashRepository['deletedBefore']>) {
        const ids = await deletedBefore.apply(this, asked);
        if (ids.includes(photo.id)) {
          await this.restore(photo.id);
          await this.put(photo.id, new Date());
        }
        return ids;
      },
    );
    assert.equal(await services.trash.deleteExpired(), 0);
    assert.deepEqual(idsIn(await ada.get<TrashList>('/api/v1/trash')), [photo.id]);
  });

  test('leaves no queued photo to be analysed, and has it analysed when it is back', async () => {
    const ada = await newApiClient(app());
    const { services } = app();
    const photo = await ada.upload(drawWords('Waiting').png);
    await services.database('photos').where({ id: photo.id }).update({ status: 'queued' });
    await services.database('detections').where({ photo_id: photo.id }).delete();
    await services.database('text_lines').where({ photo_id: photo.id }).delete();
    await services.database('photo_texts').where({ photo_id: photo.id }).delete();
    await ada.fetch(photo.links.self, { method: 'DELETE' });
    await services.photos.recover();
    // What comes later is analysed later.
    for (const word of ['Behind it', 'Behind both']) await ada.upload(drawWords(word).png);
    const row = await services.database('photos').where({ id: photo.id }).first();
    assert.equal(row.status, 'queued');
    await restore(ada, photo.id);
    for (let asked = 0; asked < 200; asked++) {
      if ((await ada.get<{ status: string }>(photo.links.self)).status === 'analysed') break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.deepEqual(idsIn(await ada.get<PhotoList>('/api/v1/photos?text=waiting')), [photo.id]);
  });

  test('works by its page, newest deletion first', async () => {
    const ada = await memberBrowser(app().server, `trash${Math.random()}@example.org`);
    const pages: string[] = [];
    for (const word of ['First', 'Second']) {
      const file = drawWords(word).png;
      const answer = await ada.upload('/photos', { filename: `${word}.png`, file });
      pages.push(answer.headers.location ?? '');
    }
    for (const page of pages) {
      const answer = await ada.submit(`${page}/delete`, {}, { page });
      assert.deepEqual([answer.status, answer.headers.location], [303, '/photos']);
    }
    const [first = '', second = ''] = pages.map((page) => page.split('/').at(-1) ?? '');
    const { text } = await ada.get('/trash');
    assert.ok(text.indexOf('Second.png') < text.indexOf('First.png'));
    assert.equal((await ada.get(`/trash/${first}/thumbnail`)).status, 200);
    assert.equal((await ada.submit(`/trash/${first}/restore`, {}, { page: '/trash' })).status, 303);
    assert.equal((await ada.get(`/photos/${first}`)).status, 200);
    assert.equal((await ada.submit(`/trash/${second}/delete`, {}, { page: '/trash' })).status, 303);
    assert.match((await ada.get('/trash')).text, /The trash is empty/);
    await ada.submit(`/photos/${first}/delete`, {}, { page: `/photos/${first}` });
    const page = (await ada.get('/trash')).text;
    const shownAt = /name="shownAt" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const later = await ada.upload('/photos', { filename: 'later.png', file: drawWords('Later').png });
    const laterPage = later.headers.location ?? '';
    await ada.submit(`${laterPage}/delete`, {}, { page: laterPage });
    assert.equal((await ada.submit('/trash/empty', {}, { page: '/trash' })).status, 400);
    assert.equal((await ada.submit('/trash/empty', { shownAt }, { page: '/trash' })).status, 303);
    assert.equal(await filesOf(first), 0);
    const { text: left } = await ada.get('/trash');
    assert.match(left, /One photo was deleted for good/);
    assert.match(left, /later\.png/);
  });
});
