import assert from 'node:assert/strict';
import { test } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { FeedbackRepository } from '../../src/feedback/feedback-repository.ts';
import { type ApiClient, newApiClient, problemOf } from '../api-client.ts';
import { drawClock, drawWords } from '../drawn-pictures.ts';
import { memberBrowser } from '../http/browser.ts';
import { describeOnEachApp } from '../test-app.ts';

describeOnEachApp('feedback of members', (app) => {
  const page = '/feedback';

  const keptOf = async (memberId: string) => app().services.feedback.listOf(memberId);
  const memberOf = async (email: string) =>
    (await app().services.accounts.findByEmail(email)) ?? assert.fail(`${email} has no account`);
  const send = (client: ApiClient, body: object) =>
    client.fetch('/api/v1/feedback', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });

  test('is given by the form, and thanked for', async () => {
    const ada = await memberBrowser(app().server, 'ada@example.org');
    const sent = await ada.submit(page, { rating: '4', message: ' Good.\r\nBut slow 🐌. ' });
    assert.deepEqual([sent.status, sent.headers.location], [303, '/feedback/thanks']);
    const thanks = (await ada.get('/feedback/thanks')).text;
    assert.match(thanks, /Thank you/);
    assert.doesNotMatch(thanks, /the answer comes to/, 'this server sends no mail');
    const [kept, ...others] = await keptOf((await memberOf('ada@example.org')).id);
    assert.deepEqual(others, []);
    assert.deepEqual([kept?.rating, kept?.message, kept?.photoId], [4, 'Good.\nBut slow 🐌.', null]);
    assert.deepEqual([kept?.state, kept?.answer], ['new', null]);
  });

  test('that is refused comes back as it was typed, with what is wrong', async () => {
    const ben = await memberBrowser(app().server, 'ben@example.org');
    const refused = await ben.submit(page, { message: 'No stars <b>yet</b>' });
    assert.equal(refused.status, 422);
    assert.match(refused.text, /href="#rating-1">Choose a rating from 1 to 5\./);
    assert.match(refused.text, />\nNo stars &lt;b&gt;yet&lt;\/b&gt;<\/textarea>/);
    for (const rating of ['0', '6', '4.5', 'x']) {
      assert.equal((await ben.submit(page, { rating, message: 'Fine.' })).status, 422, rating);
    }
    for (const [message, why] of [
      [' \r\n ', /Write a message\./],
      ['x'.repeat(4001), /Write at most 4000 characters\./],
      ['a\u0000b', /Write without control characters\./],
    ] as const) {
      const { status, text } = await ben.submit(page, { rating: '2', message });
      assert.equal(status, 422);
      assert.match(text, why);
      assert.match(text, /value="2" required checked/);
    }
    assert.deepEqual(await keptOf((await memberOf('ben@example.org')).id), []);
  });

  test('of the greatest length is kept, whatever its letters become when they are compared', async () => {
    const client = await newApiClient(app());
    // One sign of eighteen letters.
    const message = 'ﷺ'.repeat(4000);
    assert.equal((await send(client, { rating: 5, message })).status, 201);
    assert.equal((await keptOf(client.memberId))[0]?.message, message);
  });

  test('that is sent twice is kept once, and twice when it was changed in between', async () => {
    const browser = await memberBrowser(app().server, 'twice@example.org');
    const formKey = /name="formKey" value="([^"]+)"/.exec((await browser.get(page)).text)?.[1] ?? '';
    const form = { rating: '5', message: 'Once.', formKey };
    const answers = await Promise.all([browser.submit(page, form), browser.submit(page, form)]);
    assert.deepEqual(
      answers.map(({ status, headers }) => [status, headers.location]),
      Array(2).fill([303, '/feedback/thanks']),
    );
    const { id } = await memberOf('twice@example.org');
    assert.equal((await keptOf(id)).length, 1);
    await browser.submit(page, { ...form, message: 'Once more.' });
    assert.deepEqual(
      (await keptOf(id)).map(({ message }) => message),
      ['Once.', 'Once more.'],
    );
  });

  test('may be about an own photo, whose page leads there, and about nobody else’s', async () => {
    const client = await newApiClient(app());
    const { id } = await client.upload(drawClock().png, 'clock.png', '?tasks=objects');
    const given = await send(client, { rating: 3, message: 'One hand is missing.', photoId: id });
    assert.equal(given.status, 201);
    const answer = (await given.json()) as Record<string, unknown>;
    assert.deepEqual(Object.keys(answer), ['id', 'rating', 'message', 'photoId', 'createdAt']);
    assert.equal(answer.photoId, id);

    const carla = await memberBrowser(app().server, 'carla@example.org');
    await carla.upload('/photos', { filename: 'mine.png', file: drawWords('Mine').png });
    const { items } = (await carla.call('get', '/api/v1/photos')).body;
    const own = items[0].id;
    assert.match((await carla.get(`/photos/${own}`)).text, new RegExp(`href="/feedback\\?photoId=${own}"`));
    const form = (await carla.get(`/feedback?photoId=${own}`)).text;
    assert.match(form, /About the photo.*mine\.png/s);
    assert.match(form, new RegExp(`name="photoId" value="${own}"`));
    assert.equal((await carla.get(`/feedback?photoId=${id}`)).status, 404);
    const refused = await carla.submit(page, { rating: '1', message: 'Not mine', photoId: id });
    assert.equal(refused.status, 404);
    assert.match(refused.text, /Not mine<\/textarea>/);
    assert.doesNotMatch(refused.text, /clock\.png/);
    assert.deepEqual(await keptOf((await memberOf('carla@example.org')).id), []);

    await client.fetch(`/api/v1/photos/${id}`, { method: 'DELETE' });
    assert.equal((await keptOf(client.memberId)).length, 1);
  });

  test('is not offered to admins about photos of others', async () => {
    const [first] = await app().services.accounts.listAdmins();
    assert.equal(first?.email, 'ada@example.org');
    const client = await newApiClient(app());
    const { id } = await client.upload(drawWords('Other').png, 'other.png', '?tasks=objects');
    const admin = await memberBrowser(app().server, 'boss@example.org');
    await app().services.administration.setRole((await memberOf('boss@example.org')).id, 'admin');
    await admin.logIn('boss@example.org', 'correct horse battery 9');
    const shown = await admin.get(`/photos/${id}`);
    assert.equal(shown.status, 200);
    assert.doesNotMatch(shown.text, /photoId=/);
    assert.equal((await admin.get(`/feedback?photoId=${id}`)).status, 404);
  });

  test('of a program is checked as the form is', async () => {
    const client = await newApiClient(app());
    for (const body of [
      { rating: 9, message: 'x' },
      { message: 'x' },
      { rating: 3 },
      [],
      { rating: true, message: 'x' },
    ]) {
      await problemOf(await send(client, body), 400);
    }
    await problemOf(await send(client, { rating: 3, message: 'x', photoId: 'not-there' }), 404);
    assert.deepEqual(await keptOf(client.memberId), []);
  });

  test('about a photo that goes at the same moment is refused, not broken', async () => {
    const { memberId } = await newApiClient(app());
    const feedback = new FeedbackRepository(app().services.database);
    const late = { memberId, photoId: 'gone', rating: 3, message: 'x', submission: null };
    await assert.rejects(feedback.insert(late), { code: 'not_found' });
  });

  test('in a flood is stopped, with the time to wait and nothing lost', async () => {
    const client = await newApiClient(app());
    for (let i = 0; i < 10; i++) {
      assert.equal((await send(client, { rating: 5, message: `number ${i}` })).status, 201);
    }
    const refused = await send(client, { rating: 5, message: 'one too many' });
    assert.ok(Number(refused.headers.get('retry-after')) > 3000);
    await problemOf(refused, 429);
    assert.equal((await keptOf(client.memberId)).length, 10);
  });

  test('goes into the archive of all own data, and away with the account', async () => {
    const client = await newApiClient(app());
    await send(client, { rating: 2, message: 'To be taken away' });
    const { services } = app();
    const member = await services.administration.get(client.memberId);
    const chunks: Buffer[] = [];
    for await (const chunk of services.ownData.open(member)) chunks.push(chunk);
    const entries = unzipSync(new Uint8Array(Buffer.concat(chunks)));
    const account = JSON.parse(strFromU8(entries['account.json'] ?? new Uint8Array()));
    assert.equal(account.feedback.length, 1);
    assert.equal(account.feedback[0].message, 'To be taken away');
    const inventory = await services.removal.inventory(client.memberId);
    assert.equal(inventory.find(({ what }) => what.startsWith('Feedback'))?.count, 1);
    await services.removal.remove(client.memberId);
    assert.deepEqual(await keptOf(client.memberId), []);
  });
});
