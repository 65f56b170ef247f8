import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, before, mock, test } from 'node:test';
import { type ApiClient, newApiClient } from '../api-client.ts';
import { drawClock } from '../drawn-pictures.ts';
import { describeOnEachApp } from '../test-app.ts';

const YESTERDAY = new Date(Date.now() - 24 * 60 * 60_000);

describeOnEachApp('files of photos that the database does not know', (app) => {
  let ada: ApiClient;
  before(async () => {
    ada = await newApiClient(app());
  });
  afterEach(() => mock.restoreAll());

  /** The folder of a photo that has no row. */
  async function strangePhoto(changedAt = new Date()): Promise<string> {
    const id = randomUUID();
    const folder = path.join(app().uploadsDir, 'photos', id.slice(0, 2), id);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'a'.repeat(64)), 'a photo');
    await utimes(folder, changedAt, changedAt);
    return id;
  }

  async function ids(): Promise<string[]> {
    const names = await readdir(path.join(app().uploadsDir, 'photos'), { recursive: true });
    return names.map((name) => path.basename(name)).filter((name) => name.length === 36);
  }

  /** Does what every start does, and returns what that warned of. */
  async function startAgain(): Promise<string[]> {
    const warn = mock.method(app().services.logger, 'warn');
    await app().services.photos.recover();
    return warn.mock.calls.map((call) => String(call.arguments[1]));
  }

  test('are nothing to warn of when there are none', async () => {
    assert.deepEqual(await startAgain(), []);
  });

  test('are removed, as a killed first upload leaves them', async () => {
    await strangePhoto();
    assert.deepEqual(await startAgain(), []);
    assert.deepEqual(await ids(), []);
  });

  test('are left while it knows no photo at all and they are many, and a warning says what to do', async () => {
    const strange: string[] = [];
    for (let i = 0; i < 21; i++) strange.push(await strangePhoto());
    const [warning = '', ...others] = await startAgain();
    assert.match(warning, /knows no photo.*left alone.*DATABASE_URL/);
    assert.deepEqual(others, []);
    assert.deepEqual((await ids()).sort(), strange.sort());
  });

  test('are removed once it knows one, but not those that are older than it', async () => {
    const old = await strangePhoto(YESTERDAY);
    const photo = await ada.upload(drawClock().png);
    const [warning = '', ...others] = await startAgain();
    assert.match(warning, /older than it.*left alone/);
    assert.deepEqual(others, []);
    assert.deepEqual((await ids()).sort(), [old, photo.id].sort());
  });
});
