import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawClock, drawStopSign } from '../drawn-pictures.ts';
import { Browser, memberBrowser, PASSWORD } from '../http/browser.ts';
import { describeOnEachApp } from '../test-app.ts';

const page = '/admin/audit';

describeOnEachApp('audit log', (app) => {
  let first: Promise<Browser> | undefined;
  const admin = () => {
    first ??= memberBrowser(app().server, 'admin@example.org');
    return first;
  };

  const actsOf = async (email: string) => {
    const entries = await app().services.audit.list({ email }, null, 100);
    return entries.map(({ act }) => act).reverse();
  };

  test('tells who did what to whom, when and from where', async () => {
    const member = await (await admin()).get('/admin/users').then(async () => {
      const browser = new Browser(app().server);
      await browser.register('ada@example.org');
      await browser.logIn('ada@example.org', PASSWORD);
      return browser;
    });
    await new Browser(app().server).logIn('ada@example.org', 'wrong password');
    await member.submit('/account/name', { name: 'Countess' }, { page: '/account' });
    await member.submit('/account/tokens', { name: 'camera', scope: 'read', expiresInDays: '' });
    const { id } = (await app().services.accounts.findByEmail('ada@example.org')) ?? assert.fail();
    await (await admin()).submit(`/admin/users/${id}/suspend`, {}, { page: '/admin/users' });
    assert.deepEqual(await actsOf('ada@example.org'), [
      'registered',
      'logged_in',
      'login_refused',
      'name_changed',
      'token_created',
      'suspended',
    ]);
    const [newest] = await app().services.audit.list({ memberId: id }, null, 1);
    assert.equal(newest?.actor?.email, 'admin@example.org');
    assert.equal(newest?.subject?.email, 'ada@example.org');
    assert.equal(newest?.address, '127.0.0.1');
    assert.ok(Date.now() - (newest?.at.getTime() ?? 0) < 10_000);
    const { text } = await (await admin()).get(`${page}?act=suspended&email=ada`);
    assert.match(text, /Suspended an account/);
    assert.doesNotMatch(text, /<td>Changed the name/);
  });

  test('keeps no password, token or whole address of a stranger', async () => {
    await new Browser(app().server).logIn('stranger@example.org', 'my secret password 1');
    const rows = JSON.stringify(await app().services.database('audit_entries'));
    assert.match(rows, /s…@example\.org/);
    assert.doesNotMatch(rows, /stranger@|my secret|dtx_/);
  });

  test('shows by act, address and day, page by page, and says what is wrong with a filter', async () => {
    const { audit } = app().services;
    for (let i = 0; i < 60; i++) await audit.record('invited', { details: `number ${i}` });
    const newest = await (await admin()).get(`${page}?act=invited`);
    assert.match(newest.text, /number 59</);
    assert.doesNotMatch(newest.text, /number 9</);
    const next = /href="([^"]+)" rel="next"/.exec(newest.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const older = await (await admin()).get(next);
    assert.match(older.text, /number 9</);
    assert.doesNotMatch(older.text, /number 59<|rel="next"/);
    const today = new Date().toISOString().slice(0, 10);
    assert.match((await (await admin()).get(`${page}?from=${today}&to=${today}`)).text, /number 59</);
    assert.match((await (await admin()).get(`${page}?to=2020-01-01`)).text, /No entry is like that/);
    const refused = ['from=2026-03-02&to=2026-03-01', 'email=a&email=b'];
    for (const query of [
      ...refused,
      'from=yesterday',
      'act=dance',
      'to=2026-13-99',
      'to=2026-02-30',
      'cursor=-1',
    ]) {
      assert.equal((await (await admin()).get(`${page}?${query}`)).status, 400, query);
    }
    assert.match((await (await admin()).get(`${page}?from=yesterday`)).text, /Give a day as 2026-11-20/);
  });

  test('comes as CSV, whole, with cells that no spreadsheet runs', async () => {
    await app().services.audit.record('invited', { details: '=HYPERLINK("http://evil.example")' });
    const { status, headers, text } = await (await admin()).get(`${page}?act=invited&format=csv`);
    assert.equal(status, 200);
    assert.match(headers['content-type'] ?? '', /^text\/csv/);
    assert.match(headers['content-disposition'] ?? '', /attachment; filename="?detectx-audit-/);
    const lines = text.trimEnd().split('\n');
    assert.equal(lines[0], 'at,act,actor,subject,address,details');
    assert.equal(lines.length, 62);
    assert.match(lines[1] ?? '', /,"'=HYPERLINK\(""http/);
  });

  test('is not read for who asks for the headers of the CSV alone', async () => {
    const { database } = app().services;
    const reads: string[] = [];
    const note = ({ sql }: { sql: string }) => {
      if (/from `?audit_entries/.test(sql)) reads.push(sql);
    };
    const browser = await admin();
    database.on('query', note);
    const { status, headers } = await browser.head(`${page}?format=csv`);
    database.removeListener('query', note);
    assert.equal(status, 200);
    assert.match(headers['content-type'] ?? '', /^text\/csv/);
    assert.deepEqual(reads, []);
  });

  test('keeps what was done with an account that is gone, without its name', async () => {
    const { services } = app();
    const gone = await services.accounts.register({
      name: 'Gone',
      email: 'gone@example.org',
      password: PASSWORD,
    });
    await services.audit.record('logged_in', { actor: gone });
    await services.removal.remove(gone.id);
    const [entry] = await services.audit.list({ memberId: gone.id }, null, 1);
    assert.deepEqual(entry?.actor, { id: gone.id, email: null });
    assert.match(
      (await (await admin()).get(page)).text,
      new RegExp(`deleted account ${gone.id.slice(0, 8)}`),
    );
  });

  test('tells when an admin deletes a photo of somebody else, and not when its owner does', async () => {
    const browser = await memberBrowser(app().server, 'owner@example.org');
    const files = [drawClock().png, drawStopSign().png].map((file, i) => ({ filename: `${i}.png`, file }));
    await browser.uploadAll('/photos', files);
    const { id } = (await app().services.accounts.findByEmail('owner@example.org')) ?? assert.fail();
    const page = { limit: 2, sort: 'newest', backward: false, cursor: null } as const;
    const [own, foreign] = await app().services.photos.list(id, {}, page);
    await browser.submit(`/photos/${own?.id}/delete`, {}, { page: '/photos' });
    await (await admin()).call('delete', `/api/v1/photos/${foreign?.id}`);
    const entries = await app().services.audit.list({ act: 'photo_deleted' }, null, 10);
    assert.deepEqual(
      entries.map(({ actor, subject, details }) => [actor?.email, subject?.email, details]),
      [['admin@example.org', 'owner@example.org', foreign?.id]],
    );
  });

  test('only grows: its service and its repository have no way to change or remove', () => {
    const names = Object.getOwnPropertyNames(Object.getPrototypeOf(app().services.audit));
    assert.deepEqual(names.sort(), ['constructor', 'list', 'record']);
  });
});
