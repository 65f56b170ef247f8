import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { newApiClient } from '../api-client.ts';
import { drawClock, drawStopSign, drawWords } from '../drawn-pictures.ts';
import { Browser, memberBrowser, PASSWORD } from '../http/browser.ts';
import { describeOnEachApp } from '../test-app.ts';

describeOnEachApp('own data', (app) => {
  const page = '/account/data';
  const clock = drawClock().png;
  const memberOf = async (email: string) =>
    (await app().services.accounts.findByEmail(email)) ?? assert.fail(`${email} has no account`);

  async function everyFile(): Promise<string[]> {
    const names = await readdir(app().uploadsDir, { recursive: true, withFileTypes: true });
    return names.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  }

  /** Every value of every row, but for those of the audit log. */
  async function everyRow(): Promise<string> {
    const { database } = app().services;
    const tables = [
      'members',
      'sessions',
      'api_tokens',
      'photos',
      'detections',
      'text_lines',
      'account_links',
      'second_factors',
      'recovery_codes',
      'first_account',
      'feedback',
    ];
    return JSON.stringify(await Promise.all(tables.map((table) => database(table).select())));
  }

  test('are taken away as a ZIP: photos as they came, what was found and corrected, and the account', async () => {
    const ada = await memberBrowser(app().server, 'ada@example.org');
    const files = [
      { filename: '../../evil name.png', file: clock },
      { filename: 'stop.html', file: drawStopSign().png },
    ];
    await ada.uploadAll('/photos', files);
    await (await memberBrowser(app().server, 'other@example.org')).upload('/photos', {
      filename: 'secret.png',
      file: clock,
    });
    const { body: kept } = await ada.call('get', '/api/v1/photos');
    const { id } = kept.items.find(({ filename }: { filename: string }) => filename === 'stop.html');
    const corrections = `/api/v1/photos/${id}/corrections`;
    const { version } = (await ada.call('get', corrections)).body;
    const corrected = { version, act: 'label', detection: 0, label: 'clock' };
    assert.equal((await ada.call('post', corrections, corrected)).status, 200);
    const response = await ada.download(`${page}/archive`, page);
    assert.equal(response.status, 200);
    assert.match(response.headers['content-disposition'] ?? '', /attachment; filename="?detectx-[\d-]+\.zip/);
    const entries = unzipSync(new Uint8Array(response.body));
    const names = Object.keys(entries).sort();
    assert.equal(names.length, 5);
    assert.equal(names[0], 'account.json');
    assert.ok(names.slice(1).every((name) => /^photos\/[\w. -]+$/.test(name)));
    const account = JSON.parse(strFromU8(entries['account.json'] ?? new Uint8Array()));
    assert.equal(account.email, 'ada@example.org');
    assert.equal(account.sessions.length, 1);
    const stop = names.find((name) => name.endsWith('stop.html.png')) ?? '';
    assert.deepEqual(Buffer.from(entries[stop] ?? []), files[1]?.file);
    const found = JSON.parse(strFromU8(entries[`${stop}.json`] ?? new Uint8Array()));
    assert.deepEqual(
      [found.detections[0].label, found.corrected.detections[0].label],
      ['stop sign', 'clock'],
    );
    const text = JSON.stringify([account, found]);
    assert.doesNotMatch(text, /argon2|other@example|secret\.png/);
  });

  test('hold what is in the trash, and tell what goes with the account', async () => {
    const ada = await memberBrowser(app().server, 'trash@example.org');
    const words = drawWords('Thrown away').png;
    await ada.uploadAll('/photos', [
      { filename: 'clock.png', file: clock },
      { filename: 'words.png', file: words },
    ]);
    const { items } = (await ada.call('get', '/api/v1/photos')).body;
    const { id } = items.find(({ filename }: { filename: string }) => filename === 'words.png');
    const corrections = `/api/v1/photos/${id}/corrections`;
    const { version } = (await ada.call('get', corrections)).body;
    const act = { version, act: 'text', line: 0, text: 'Thrown' };
    assert.equal((await ada.call('post', corrections, act)).status, 200);
    await ada.call('post', '/api/v1/searches', { name: 'Clocks', query: 'clock' });
    await ada.call('delete', `/api/v1/photos/${id}`);
    const { body } = await ada.download(`${page}/archive`, page);
    const entries = unzipSync(new Uint8Array(body));
    const file = Object.keys(entries).find((name) => /^trash\/.*words\.png$/.test(name)) ?? '';
    assert.deepEqual(Buffer.from(entries[file] ?? []), words);
    const found = JSON.parse(strFromU8(entries[`${file}.json`] ?? new Uint8Array()));
    assert.match(found.text, /Thrown away/i);
    assert.match(found.corrected.text, /^Thrown$/);
    assert.ok(Date.now() - Date.parse(found.deletedAt) < 60_000);
    const live = Object.keys(entries).filter((name) => /^photos\/.*png\.json$/.test(name));
    assert.equal(live.length, 1);
    assert.equal('deletedAt' in JSON.parse(strFromU8(entries[live[0] ?? ''] ?? new Uint8Array())), false);
    const { text } = await ada.get(page);
    for (const kind of ['Corrections of what was found', 'Saved searches'])
      assert.match(text, new RegExp(`${kind}.*?<td class="number">1<`, 's'));
  });

  test('go with the account: every row and every file, and nobody else’s', async () => {
    const email = 'gone@example.org';
    const browser = await memberBrowser(app().server, email);
    await new Browser(app().server).logIn(email, PASSWORD);
    await browser.upload('/photos', { filename: 'clock.png', file: clock });
    const { id } = await memberOf(email);
    const { services } = app();
    await services.tokens.create(id, { name: 'camera', scope: 'read' });
    await services.secondFactors.setUp({ id, email });
    await services.resets.ask(email);
    const [photo] = await services.photos.list(
      id,
      {},
      { limit: 1, sort: 'newest', backward: false, cursor: null },
    );
    await browser.get(`/photos/${photo?.id}/annotated`);
    const others = (await everyFile()).filter((file) => !file.includes(photo?.id ?? ''));
    assert.match(
      (await browser.get(page)).text,
      /Photos, those in the trash included, each with its original.*?<td class="number">1</s,
    );

    const refused = await browser.submit('/account/delete', { currentPassword: 'not it' }, { page });
    assert.equal(refused.status, 422);
    assert.equal((await browser.get('/photos')).status, 200);

    const answer = await browser.submit('/account/delete', { currentPassword: PASSWORD }, { page });
    assert.deepEqual([answer.status, answer.headers.location], [303, '/login?notice=deleted']);
    const rows = await everyRow();
    for (const trace of [id, email, photo?.id ?? '']) assert.equal(rows.includes(trace), false, trace);
    assert.deepEqual(await everyFile(), others);
    assert.equal((await new Browser(app().server).logIn(email, PASSWORD)).status, 401);
    assert.equal((await browser.get('/photos')).status, 303);
    const log = JSON.stringify(await services.database('audit_entries').where({ actor_id: id }));
    assert.match(log, /account_deleted/);
    assert.equal(log.includes(email), false);
  });

  test('come whole but for a photo that is deleted while they are on their way', async () => {
    const browser = await memberBrowser(app().server, 'meanwhile@example.org');
    await browser.upload('/photos', { filename: 'clock.png', file: clock });
    const member = await memberOf('meanwhile@example.org');
    const archive = app().services.ownData.open(member);
    const page = { limit: 1, sort: 'newest', backward: false, cursor: null } as const;
    const [photo] = await app().services.photos.list(member.id, {}, page);
    await app().services.photos.remove(member, photo?.id ?? '');
    const chunks: Buffer[] = [];
    for await (const chunk of archive) chunks.push(chunk);
    assert.ok('account.json' in unzipSync(new Uint8Array(Buffer.concat(chunks))));
  });

  test('take in no photo once the account is gone, and say so', async () => {
    const client = await newApiClient(app());
    const uploads = ['A', 'B', 'C', 'D'].map((text) => client.send('/api/v1/photos', drawWords(text).png));
    await app().services.removal.remove(client.memberId);
    for (const { status } of await Promise.all(uploads))
      assert.ok([201, 401, 404].includes(status), `${status}`);
    assert.equal((await everyRow()).includes(client.memberId), false);
  });

  test('of the only admin stay as long as there are other accounts', async () => {
    const { services } = app();
    const [admin] = await services.accounts.listAdmins();
    const browser = new Browser(app().server);
    await browser.logIn(admin?.email ?? '', PASSWORD);
    const refused = await browser.submit('/account/delete', { currentPassword: PASSWORD }, { page });
    assert.equal(refused.status, 409);
    assert.match(refused.text, /only admin/);
    assert.equal((await browser.get('/photos')).status, 200);
  });
});
