import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ApiClient, newApiClient, type PhotoAnswer, problemOf } from '../api-client.ts';
import { drawWords } from '../drawn-pictures.ts';
import { startTestApp, type TestApp } from '../test-app.ts';

/** Words that no letter of can be mistaken for a digit: ten members, ten things that each asks about. */
const NAMES = ['Anna', 'Bert', 'Carla', 'David', 'Erika', 'Frank', 'Greta', 'Hans', 'Marta', 'Kurt'];
const THINGS = [
  'apples',
  'bridges',
  'candles',
  'drums',
  'engines',
  'forests',
  'gardens',
  'hammers',
  'kettles',
  'markets',
];
/** A program with little room, and many more photos at once than it takes. */
const LITTLE_ROOM = { maxWaitingPhotos: 4, maxWaitingCalls: 4 };
const FLOOD = 40;

describe('many members at once', () => {
  let app: TestApp;
  let members: ApiClient[];
  before(async () => {
    app = await startTestApp();
    members = [];
    for (let i = 0; i < NAMES.length; i++) members.push(await newApiClient(app));
  });
  after(() => app.close());

  test('each gets the answer to what they asked, a hundred requests through one another', async () => {
    const asked = THINGS.flatMap((thing) =>
      NAMES.map((name, who) => ({ who, words: `${name} wants ${thing}` })),
    );
    assert.equal(asked.length, 100);
    const calls = asked.map(async ({ who, words }, index) => {
      const member = members[who];
      assert.ok(member);
      const { png } = drawWords(words, { width: 480 + index, height: 200, size: 36 });
      const kind = index % 3;
      if (kind === 0) {
        const photo = await member.upload(png, `${who}-${index}.png`);
        assert.deepEqual([photo.filename, photo.width], [`${who}-${index}.png`, 480 + index]);
        const stranger = members[(who + 1) % members.length];
        // The first member is the admin, who may see everyone's photos.
        if (stranger && stranger !== members[0]) await problemOf(await stranger.fetch(photo.links.self), 404);
        return { words, answered: photo.text };
      }
      const address = kind === 1 ? '/api/v1/detect' : '/api/v1/extract';
      const answer = (await (await member.send(address, png)).json()) as PhotoAnswer;
      return { words, answered: answer.text };
    });
    for (const { words, answered } of await Promise.all(calls)) assert.equal(answered, words);
    for (const [who, member] of members.entries()) {
      const { items } = await member.get<{ items: PhotoAnswer[] }>('/api/v1/photos?limit=100');
      assert.ok(items.length > 0);
      for (const photo of items)
        assert.ok(photo.filename.startsWith(`${who}-`), `${photo.filename} belongs to another`);
    }
  });
});

describe('a flood of photos', () => {
  let app: TestApp;
  let member: ApiClient;
  before(async () => {
    app = await startTestApp({ limits: LITTLE_ROOM });
    member = await newApiClient(app);
  });
  after(() => app.close());

  test('more than can be taken are told when to come back, and the rest is answered', async () => {
    const { png } = drawWords('Flood', { width: 320, height: 160, size: 60 });
    const answers = await Promise.all(
      Array.from({ length: FLOOD }, () => member.send('/api/v1/extract', png)),
    );
    const refused = answers.filter(({ status }) => status === 503);
    const answered = answers.filter(({ status }) => status === 200);
    assert.equal(refused.length + answered.length, FLOOD);
    assert.ok(
      refused.length > 0 && answered.length > 0,
      `${answered.length} answered, ${refused.length} refused`,
    );
    for (const response of refused) {
      assert.ok(Number(response.headers.get('retry-after')) > 0);
      await problemOf(response, 503);
    }
    for (const response of answered) assert.equal(((await response.json()) as PhotoAnswer).text, 'Flood');
  });

  test('photos to be kept that come while the queue is full are kept and analysed all the same', async () => {
    const words = Array.from({ length: FLOOD }, (_, index) => `Kept ${index}`);
    const answers = await Promise.all(
      words.map((text, index) =>
        member.send(
          '/api/v1/photos?tasks=text',
          drawWords(text, { width: 300 + index, height: 120, size: 40 }).png,
        ),
      ),
    );
    assert.deepEqual([...new Set(answers.map(({ status }) => status))].sort(), [201, 503]);
    const { database } = app.services;
    const waiting = async () =>
      (await database('photos').where({ member_id: member.memberId, status: 'queued' })).length;
    for (let tries = 0; tries < 1200 && (await waiting()) > 0; tries++)
      await new Promise((r) => setTimeout(r, 50));
    const kept = await database('photos').where({ member_id: member.memberId });
    assert.equal(kept.filter(({ status }) => status === 'analysed').length, FLOOD);
  });
});
