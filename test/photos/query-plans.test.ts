import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { MemberRepository } from '../../src/accounts/member-repository.ts';
import { SessionRepository } from '../../src/accounts/session-repository.ts';
import { CorrectionRepository } from '../../src/corrections/correction-repository.ts';
import { stateOf } from '../../src/corrections/correction-state.ts';
import { verdictsInForce } from '../../src/corrections/verdict-read-model.ts';
import type { Database } from '../../src/database/database.ts';
import { isMySql } from '../../src/database/dialect.ts';
import { toLineRow } from '../../src/photos/photo-row.ts';
import { PhotoSearchRepository } from '../../src/photos/photo-search-repository.ts';
import { demandRoom, usageOf } from '../../src/photos/photo-usage-repository.ts';
import { SavedSearchRepository } from '../../src/photos/saved-search-repository.ts';
import { TrashRepository } from '../../src/photos/trash-repository.ts';
import { keepMany } from '../admin/many-photos.ts';
import { readWhole } from '../query-plan.ts';
import { describeOnEachDatabase } from '../test-database.ts';
import { sampleFindings, samplePhoto } from './sample-photo.ts';

const PHOTOS = 2000;
const MEMBERS = 40;
const SEARCHES = 20;
const NOTHING = new Set<string>();
/** Read whole by intent: admins are looked for among all accounts, and the others have a row, or one for each run of admins. */
const FEW = new Set(['members', 'first_account', 'reanalyses']);

describeOnEachDatabase('queries for members, by the plans of the database,', (open) => {
  const findings = sampleFindings();
  let database: Database;
  let memberId: string;
  let photoIds: string[];

  before(async () => {
    database = await open();
    const accounts = new MemberRepository(database);
    const members: string[] = [];
    for (let i = 0; i < MEMBERS; i++) {
      const email = `member${i}@example.org`;
      members.push((await accounts.create({ name: 'Ada', email, passwordHash: 'x' })).id);
    }
    memberId = members[0] ?? '';
    await keepMany(database, members, PHOTOS, (place) => ({ words: 'road', label: `label ${place % 50}` }));
    const photos = await database('photos').orderBy('sequence').select('id', 'member_id');
    photoIds = photos.filter(({ member_id }) => member_id === memberId).map(({ id }) => id);
    const [line] = findings.lines;
    assert.ok(line);
    const lines = photos.flatMap(({ id }) => [0, 1].map((position) => toLineRow(id, line, position)));
    await database.batchInsert('text_lines', lines, 500);
    const steps = photos.map(({ id, member_id }) => ({
      photo_id: id,
      member_id,
      made_at: new Date(),
      act: 'verdict',
      analysed_at: findings.analysedAt,
      state: JSON.stringify(stateOf(findings)),
    }));
    await database.batchInsert('corrections', steps, 500);
    const searches = members.flatMap((member_id) =>
      Array.from({ length: SEARCHES }, (_, i) => ({
        id: `${member_id.slice(0, 30)}${i}`,
        member_id,
        name: `Search ${i}`,
        query: 'dog',
        sort: 'newest',
        created_at: new Date(),
      })),
    );
    await database.batchInsert('saved_searches', searches, 500);
    const sessions = members.flatMap((member_id) =>
      Array.from({ length: 10 }, (_, i) => ({
        sid: `${member_id}${i}`,
        sess: '{}',
        expired: '2036-01-01 00:00:00',
        member_id,
        last_seen_at: new Date(),
      })),
    );
    await database.batchInsert('sessions', sessions, 100);
    if (isMySql(database))
      await database.raw('analyze table text_lines, corrections, saved_searches, sessions');
  });

  const assertNoneWhole = async (work: () => Promise<unknown>) =>
    assert.deepEqual(await readWhole(database, work, NOTHING), []);

  test('counts of what a member has read that member’s', async () => {
    const search = new PhotoSearchRepository(database);
    await assertNoneWhole(() => search.count(memberId, {}));
    await assertNoneWhole(() => search.countFindings(memberId));
    await assertNoneWhole(() => search.countAllFindings(memberId));
    await assertNoneWhole(() => usageOf(database, memberId));
    const quota = { photos: PHOTOS, bytes: null };
    await assertNoneWhole(() =>
      database.transaction((transaction) => demandRoom(transaction, samplePhoto(memberId), quota)),
    );
  });

  test('corrections read those of their photos', async () => {
    const corrections = new CorrectionRepository(database);
    const [photoId = ''] = photoIds;
    await assertNoneWhole(() => corrections.steps(photoId));
    await assertNoneWhole(() => corrections.newest(photoId, 2));
    await assertNoneWhole(() => corrections.inForce(photoIds.slice(0, 20)));
    await assertNoneWhole(() => corrections.countOf(memberId));
    const inForce = () =>
      database.transaction((transaction) => verdictsInForce(transaction, photoId, findings));
    await assertNoneWhole(inForce);
    const basis = async () => {
      const [step] = await corrections.newest(photoId, 1);
      return { photoId, stepId: step?.id ?? null, analysedAt: findings.analysedAt };
    };
    const added = { memberId, kind: 'verdict', state: stateOf(findings) } as const;
    await assertNoneWhole(async () => assert.ok(await corrections.add(await basis(), added, ['right'])));
    await assertNoneWhole(async () => assert.ok(await corrections.removeNewest(await basis(), [null])));
  });

  test('saved searches and sessions read those of their member', async () => {
    const searches = new SavedSearchRepository(database);
    const [search] = await searches.listOf(memberId);
    assert.ok(search);
    await assertNoneWhole(() => searches.listOf(memberId));
    await assertNoneWhole(() => searches.rename(memberId, search.id, 'Other'));
    await assertNoneWhole(() => searches.delete(memberId, search.id));
    const sessions = new SessionRepository(database);
    await assertNoneWhole(async () => assert.equal((await sessions.listOf(memberId)).length, 10));
    await assertNoneWhole(() => sessions.delete(memberId, `${memberId}0`));
    await assertNoneWhole(() => sessions.deleteAllOf(memberId, `${memberId}1`));
  });

  test('photos go into the trash and out of it each by itself', async () => {
    const trash = new TrashRepository(database);
    const [first = '', second = ''] = photoIds.slice(30);
    await assertNoneWhole(async () => assert.ok(await trash.put(first, new Date())));
    await assertNoneWhole(async () => assert.ok(await trash.restore(first)));
    await trash.put(first, new Date());
    await trash.put(second, new Date());
    await assertNoneWhole(async () => assert.ok(await trash.delete(first)));
    await assertNoneWhole(async () => assert.ok(await trash.delete(second, new Date(Date.now() + 60_000))));
  });

  test('accounts are removed without reading what others have', async () => {
    const accounts = new MemberRepository(database);
    const { id } = await accounts.create({ name: 'Ben', email: 'ben@example.org', passwordHash: 'x' });
    const work = async () => assert.ok(await accounts.delete(id));
    assert.deepEqual(await readWhole(database, work, FEW), []);
  });
});
