import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { MemberRepository } from '../../src/accounts/member-repository.ts';
import type { Database } from '../../src/database/database.ts';
import { isMySql } from '../../src/database/dialect.ts';
import { FeedbackRepository } from '../../src/feedback/feedback-repository.ts';
import { InboxReadModel } from '../../src/feedback/inbox-read-model.ts';
import { readWhole } from '../query-plan.ts';
import { describeOnEachDatabase } from '../test-database.ts';

/** The messages of a page, before their authors are looked up. */
const PAGE = new Set(['found']);

describeOnEachDatabase('read model of the inbox', (open) => {
  let database: Database;

  before(async () => {
    database = await open();
  });

  test('reads no table from end to end but where any message may be meant', async () => {
    const members = new MemberRepository(database);
    const ids: string[] = [];
    for (let i = 0; i < 200; i++) {
      const email = `${i}@example.org`;
      ids.push((await members.create({ name: 'Ada', email, passwordHash: 'x' })).id);
    }
    const row = { message: 'bulk', folded_message: 'bulk' };
    const rows = Array.from({ length: 2000 }, (_, i) => ({
      ...row,
      member_id: ids[i % ids.length] ?? '',
      rating: (i % 5) + 1,
      state: i % 100 === 0 ? 'new' : 'read',
      created_at: new Date(Date.UTC(2026, 2, 1, 0, i)),
    }));
    await database.batchInsert('feedback', rows, 100);
    if (isMySql(database)) await database.raw('analyze table feedback, members');
    const inbox = new InboxReadModel(database);
    const messages = new FeedbackRepository(database);
    const first = { limit: 50, place: null, backward: false };
    const from = new Date(Date.UTC(2026, 2, 1, 0, 100));
    const before = new Date(Date.UTC(2026, 2, 1, 0, 150));
    const work = async () => {
      assert.equal(await inbox.countNew(), 20);
      const { entries } = await inbox.page({ state: 'new' }, first);
      assert.equal(entries.length, 20);
      assert.ok(await inbox.find(entries[0]?.id ?? 0));
      for (const filter of [
        { rating: 5 },
        { state: 'new', rating: 1 },
        { state: 'new', text: 'bulk' },
        { from, before },
        { rating: 5, from, before, withPhoto: true },
      ] as const) {
        await inbox.page(filter, { ...first, place: 1000 });
        await inbox.summary(filter);
      }
      await inbox.page({}, { ...first, place: 1000, backward: true });
      const memberId = ids[0] ?? '';
      assert.equal((await messages.listOf(memberId)).length, 10);
      assert.equal(await messages.countOf(memberId), 10);
      const sent = { memberId, photoId: null, rating: 5, message: 'Good.', submission: 'once' };
      const { feedback } = await messages.insert(sent);
      assert.ok((await messages.insert(sent)).existing);
      await messages.setState(feedback.id, 'read');
      await messages.keepUnsettledAnswer(feedback.id, 'Thanks.');
      await messages.settleAnswer(feedback.id, memberId);
    };
    assert.deepEqual(await readWhole(database, work, PAGE), []);
  });
});
