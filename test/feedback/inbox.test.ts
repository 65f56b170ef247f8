import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { feedbackCsv } from '../../src/feedback/feedback-csv.ts';
import { FeedbackRepository } from '../../src/feedback/feedback-repository.ts';
import { drawClock } from '../drawn-pictures.ts';
import { type Browser, memberBrowser, PASSWORD } from '../http/browser.ts';
import { Mailbox } from '../mailbox.ts';
import { describeOnEachApp } from '../test-app.ts';

const page = '/admin/feedback';

describeOnEachApp('inbox of feedback', (app) => {
  let first: Promise<Browser> | undefined;
  const admin = () => {
    first ??= memberBrowser(app().server, 'admin@example.org');
    return first;
  };

  async function newMember(name = 'Ada Example') {
    await admin();
    const email = `${randomUUID()}@example.org`;
    return app().services.accounts.register({ name, email, password: PASSWORD });
  }

  async function give(message: string, rating = 4, member?: Awaited<ReturnType<typeof newMember>>) {
    const author = member ?? (await newMember());
    const { feedback } = await app().services.feedback.give(author, { rating, message });
    return { id: feedback.id, author, path: `${page}/${feedback.id}` };
  }

  const shown = async (query: string) => {
    const { text, status } = await (await admin()).get(`${page}?${query}`);
    assert.equal(status, 200, query);
    return [...text.matchAll(/class="inbox-text">([^<]*)</g)].map(([, message]) => message);
  };
  const stateOf = async (id: number) => (await app().services.inbox.get(id)).state;

  test('says how many messages are new, on every page of the admin, until they are opened', async () => {
    const { path, id } = await give('Open me', 2);
    assert.match((await (await admin()).get('/admin')).text, /New feedback<\/dt><dd><a [^>]+>1</);
    assert.match((await (await admin()).get('/admin/users')).text, /Feedback <span class="badge[^>]+>1</);
    assert.equal(await stateOf(id), 'new');
    const opened = await (await admin()).get(path);
    assert.match(opened.text, /Open me/);
    assert.doesNotMatch(opened.text, /Feedback <span class="badge/);
    assert.equal(await stateOf(id), 'read');
    await (await admin()).submit(`${path}/state`, { state: 'new' }, { page });
    assert.equal(await stateOf(id), 'new');
    assert.match((await (await admin()).get(page)).text, /Feedback <span class="badge[^>]+>1</);
  });

  test('is filtered by state, rating, text, day and photo; the filters are chips that can be taken away', async () => {
    const { author } = await give('Straße 100% falsch gelesen', 1);
    await give('Something else', 5);
    const uploader = await memberBrowser(app().server, 'uploader@example.org');
    await uploader.upload('/photos', { filename: 'clock.png', file: drawClock().png });
    const { items } = (await uploader.call('get', '/api/v1/photos')).body;
    await uploader.call('post', '/api/v1/feedback', { rating: 1, message: 'No hands', photoId: items[0].id });

    assert.deepEqual(await shown('text=STRASSE'), ['Straße 100% falsch gelesen']);
    assert.deepEqual(await shown('text=100%25'), ['Straße 100% falsch gelesen']);
    assert.deepEqual(await shown('text=100_'), []);
    assert.deepEqual(await shown('rating=1'), ['No hands', 'Straße 100% falsch gelesen']);
    assert.deepEqual(await shown('photo=with'), ['No hands']);
    assert.deepEqual(await shown('state=answered'), []);
    const today = new Date().toISOString().slice(0, 10);
    assert.equal((await shown(`from=${today}&to=${today}&rating=1`)).length, 2);
    assert.deepEqual(await shown('to=2020-01-01'), []);

    const { text } = await (await admin()).get(`${page}?rating=1&text=stra%C3%9Fe&state=`);
    assert.match(text, /1 message, 1\.0 of 5 stars on average/);
    assert.match(text, new RegExp(`>${author.name}</a>`));
    assert.match(text, /href="\/admin\/feedback\?rating=1&amp;state="[^>]*><span[^>]*>[^<]*<\/span>“straße”/);
    for (const query of ['rating=6', 'state=lost', 'from=yesterday', 'cursor=x', 'photo=no', 'format=pdf']) {
      assert.equal((await (await admin()).get(`${page}?${query}`)).status, 400, query);
    }
    const refused = await (await admin()).get(`${page}?from=yesterday`);
    assert.match(refused.text, /<a href="#from">From day takes a day as YYYY-MM-DD/);
    const reversed = 'from=2026-03-02&to=2026-03-01';
    const none = await (await admin()).get(`${page}?${reversed}`);
    assert.equal(none.status, 400);
    assert.match(none.text, /<a href="#to">To day lies before the first day\.</);
    assert.equal((await (await admin()).get(`/api/v1/admin/feedback?${reversed}`)).status, 400);
    assert.deepEqual(await shown('from=2026-03-01&to=2026-03-01'), []);
    await uploader.call('delete', `/api/v1/photos/${items[0].id}`);
    assert.deepEqual(await shown('photo=with'), []);
    await app().services.photos.removeAllOf(
      (await app().services.accounts.findByEmail('uploader@example.org'))?.id ?? '',
    );
    assert.deepEqual(await shown('photo=with'), []);
    assert.equal((await shown('text=no+hands')).length, 1);
  });

  test('is walked page by page, forth and back, without a gap', async () => {
    for (let member = 0; member < 3; member++) {
      const author = await newMember();
      for (let i = 0; i < 9; i++) await give(`walk ${member * 9 + i}.`, 3, author);
    }
    const { inbox } = app().services;
    const walk = async (backward: boolean, place: number | null) => {
      const { entries, newer, older } = await inbox.page({ text: 'walk' }, { limit: 10, place, backward });
      return { ids: entries.map(({ id }) => id), newer: newer !== null, older: older !== null };
    };
    const one = await walk(false, null);
    const two = await walk(false, one.ids.at(-1) ?? null);
    const three = await walk(false, two.ids.at(-1) ?? null);
    assert.deepEqual(
      [one, two, three].map(({ ids, newer, older }) => [ids.length, newer, older]),
      [
        [10, false, true],
        [10, true, true],
        [7, true, false],
      ],
    );
    const all = [...one.ids, ...two.ids, ...three.ids];
    assert.deepEqual(
      all,
      [...new Set(all)].sort((a, b) => b - a),
    );
    assert.deepEqual(await walk(true, three.ids[0] ?? null), two);
    assert.deepEqual(await walk(true, two.ids[0] ?? null), one);

    const { text } = await (await admin()).get(`${page}?text=walk&limit=10`);
    const href = (html: string, rel: string) =>
      new RegExp(`href="([^"]+)" rel="${rel}"`).exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const next = await (await admin()).get(href(text, 'next'));
    assert.match(next.text, /walk 16\./);
    const back = await (await admin()).get(href(next.text, 'prev'));
    assert.match(back.text, /walk 26\./);
    assert.equal(href(back.text, 'prev'), '');
  });

  test('answers by mail, over what it answers, once; the state tells who did and when', async () => {
    const { id, author, path } = await give('First line\nSecond line');
    const sent = await (await admin()).submit(
      `${path}/answer`,
      { answer: 'Thank you.\r\n\r\nIt is fixed.' },
      { page },
    );
    assert.deepEqual([sent.status, sent.headers.location], [303, path]);
    const [mail] = await new Mailbox(app()).textsTo(author.email);
    assert.match(mail ?? '', /^Reply-To: admin@example\.org$/m);
    assert.match(
      mail ?? '',
      /Thank you\.\n\nIt is fixed\.\n\nAda Example\n\nOn .* you wrote, with a rating of 4 of 5:/,
    );
    assert.match(mail ?? '', /\n> First line\n> Second line\n/);
    const { text } = await (await admin()).get(path);
    assert.match(text, /Answered/);
    assert.match(text, /admin@example\.org<\/span>.*Thank you\./s);
    assert.doesNotMatch(text, /Mark as new/);
    const { answer, answeredBy } = await app().services.inbox.get(id);
    assert.equal(answeredBy, 'admin@example.org');
    assert.ok(Date.now() - (answer?.at.getTime() ?? 0) < 10_000);

    const again = await (await admin()).submit(`${path}/answer`, { answer: 'And again' }, { page });
    assert.equal(again.status, 409);
    assert.match(again.text, /answered already.*What you wrote.*And again/s);
    assert.equal((await (await admin()).submit(`${path}/state`, { state: 'new' }, { page })).status, 409);
    assert.equal((await new Mailbox(app()).textsTo(author.email)).length, 1);
    const [entry] = await app().services.audit.list({ act: 'feedback_answered' }, null, 10);
    assert.deepEqual(
      [entry?.actor?.email, entry?.subject?.email, entry?.details],
      ['admin@example.org', author.email, `message ${id}`],
    );
  });

  test('sends one answer where two are sent at once', async () => {
    const { id, author } = await give('Both of you');
    const [member] = await app().services.accounts.listAdmins();
    assert.ok(member);
    const answers = ['one', 'two'].map((text) => app().services.inbox.answer(id, text, member));
    const outcomes = (await Promise.allSettled(answers)).map(({ status }) => status);
    assert.deepEqual(outcomes.sort(), ['fulfilled', 'rejected']);
    assert.equal((await new Mailbox(app()).textsTo(author.email)).length, 1);
  });

  test('tells of an answer that went out and could not be noted any more', async (t) => {
    const { id, author, path } = await give('Are you there?');
    const [member] = await app().services.accounts.listAdmins();
    assert.ok(member);
    const noted = t.mock.method(FeedbackRepository.prototype, 'settleAnswer', async () => {
      throw new Error('the database is away');
    });
    await assert.rejects(app().services.inbox.answer(id, 'We are.', member), /the database is away/);
    noted.mock.restore();
    assert.equal((await new Mailbox(app()).textsTo(author.email)).length, 1);
    const { text } = await (await admin()).get(path);
    assert.match(text, /may have arrived.*We are\./s);
    assert.notEqual(await stateOf(id), 'answered');
    await app().services.inbox.answer(id, 'We are indeed.', member);
    const entry = await app().services.inbox.get(id);
    assert.deepEqual([entry.answer?.text, entry.unsettledAnswer], ['We are indeed.', null]);
    assert.doesNotMatch((await (await admin()).get(path)).text, /may have arrived/);
  });

  test('takes no empty answer, and gives back what was typed', async () => {
    const { path, id } = await give('Say something');
    const refused = await (await admin()).submit(`${path}/answer`, { answer: '  ' }, { page });
    assert.equal(refused.status, 422);
    assert.match(refused.text, /Write an answer\./);
    assert.notEqual(await stateOf(id), 'answered');
  });

  test('comes as CSV, as it is filtered and whole, with cells that no spreadsheet runs', async () => {
    const { author } = await give('=HYPERLINK("http://evil.example")', 3);
    const { status, headers, text } = await (await admin()).get(`${page}?text=HYPERLINK&format=csv&limit=1`);
    assert.equal(status, 200);
    assert.match(headers['content-type'] ?? '', /^text\/csv/);
    assert.match(headers['content-disposition'] ?? '', /attachment; filename="?detectx-feedback-/);
    const lines = text.trimEnd().split('\n');
    assert.equal(lines.length, 2);
    assert.equal(
      lines[0],
      'id,createdAt,state,rating,message,name,email,photoId,answeredAt,answeredBy,answer',
    );
    assert.match(lines[1] ?? '', /,new,3,"'=HYPERLINK\(""http:\/\/evil\.example""\)",/);
    assert.match(lines[1] ?? '', new RegExp(author.email));
  });

  test('exports more than it reads at a time', async () => {
    const { database } = app().services;
    const { id } = await newMember();
    const row = { member_id: id, rating: 1, message: 'bulk', folded_message: 'bulk', state: 'read' };
    const rows = Array.from({ length: 1001 }, () => ({ ...row, created_at: new Date() }));
    for (let i = 0; i < rows.length; i += 100) await database('feedback').insert(rows.slice(i, i + 100));
    const { text } = await (await admin()).get(`${page}?text=bulk&format=csv`);
    const ids = text
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => Number(line.split(',')[0]));
    assert.equal(new Set(ids).size, 1001);
  });

  test('gives others a turn between what it reads for an export', async () => {
    const pieces = feedbackCsv(app().services.inbox.batches({ text: 'bulk' }));
    let turns = 0;
    let count = 0;
    for await (const _ of pieces) {
      // Whatever was to be done when the piece was taken is done before there is another.
      assert.equal(turns, Math.max(0, count - 1));
      if (count++ > 0) setImmediate(() => turns++);
    }
    assert.deepEqual([count, turns], [4, 3]);
  });

  test('puts an export down in the audit log, without what was looked for', async () => {
    const { audit } = app().services;
    await (await admin()).get(`${page}?text=secret&rating=&photo=with&format=csv`);
    const [entry] = await audit.list({ act: 'feedback_exported' }, null, 1);
    assert.equal(entry?.actor?.email, 'admin@example.org');
    assert.equal(entry?.details, 'CSV, by text, photo');
    await (await admin()).get(`${page}?format=csv`);
    assert.equal((await audit.list({ act: 'feedback_exported' }, null, 1))[0]?.details, 'CSV, all');
    assert.match((await (await admin()).get('/admin/audit')).text, /Exported feedback of everybody/);
  });

  test('has a twin on the API that leaves new what it shows, and sets the state', async () => {
    const { id, author } = await give('For programs', 5);
    const api = '/api/v1/admin/feedback';
    const list = await (await admin()).call('get', `${api}?text=for+programs&limit=1`);
    assert.equal(list.status, 200);
    assert.deepEqual(list.body, {
      items: [
        {
          id,
          state: 'new',
          rating: 5,
          message: 'For programs',
          member: { id: author.id, name: author.name, email: author.email },
          photoId: null,
          createdAt: list.body.items[0].createdAt,
          answer: null,
          links: { self: `${api}/${id}` },
        },
      ],
      nextCursor: null,
    });
    assert.equal((await (await admin()).call('get', `${api}/${id}`)).body.state, 'new');
    const read = await (await admin()).call('patch', `${api}/${id}`, { state: 'read' });
    assert.deepEqual([read.status, read.body.state], [200, 'read']);
    assert.equal(await stateOf(id), 'read');
    assert.equal((await (await admin()).call('patch', `${api}/${id}`, { state: 'answered' })).status, 400);
    assert.equal((await (await admin()).call('get', `${api}/nothing`)).status, 404);
    const two = (await (await admin()).call('get', `${api}?limit=2`)).body;
    const more = (await (await admin()).call('get', `${api}?limit=2&cursor=${two.nextCursor}`)).body;
    assert.ok(more.items[0].id < two.items[1].id);
  });
});
