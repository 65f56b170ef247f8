import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { DetectionHistory } from '../../src/admin/detection-history-read-model.ts';
import { MemberDirectory } from '../../src/admin/member-directory-read-model.ts';
import { PhotoChoices } from '../../src/admin/photo-choice-read-model.ts';
import { ReanalysisRepository } from '../../src/admin/reanalysis-repository.ts';
import { StatisticsReadModel } from '../../src/admin/statistics-read-model.ts';
import { WordSearch } from '../../src/admin/word-search-read-model.ts';
import type { Database } from '../../src/database/database.ts';
import { isMySql } from '../../src/database/dialect.ts';
import { dayOf } from '../../src/photos/daily-count.ts';
import { countAll } from '../../src/photos/daily-count-repository.ts';
import { searchTerms } from '../../src/photos/searched-text.ts';
import { readWhole as tablesReadWholeBy } from '../query-plan.ts';
import { describeOnEachDatabase } from '../test-database.ts';
import { DetectionRecords } from './detection-records.ts';
import { keepMany } from './many-photos.ts';

const PHOTOS = 2000;
const MEMBERS = 40;
const RANGE = { from: dayOf(new Date('2026-02-01')), to: dayOf(new Date('2026-02-01')) };
/** Made by a query itself, out of what an index leads to. */
const MADE = ['seen', 'sample', 'counted', 'accounts'];
/**
 * Read whole by intent: accounts are counted, sorted, and looked for by a part of their address; runs are as many as
 * admins have started; times are added up in the order of their table, which has some rows for each day.
 */
const SMALL = ['members', 'reanalyses', 'daily_timings'];
const MEANT = new Set([...MADE, ...SMALL]);

describeOnEachDatabase('queries for admins, by the plans of the database,', (open) => {
  let database: Database;
  let members: string[];
  let photoIds: string[];

  before(async () => {
    database = await open();
    const records = new DetectionRecords(database);
    members = [];
    for (let i = 0; i < MEMBERS; i++) members.push(await records.member(`member${i}@example.org`));
    await keepMany(database, members, PHOTOS, (place) => ({
      words: place % 100 === 0 ? 'quokka' : 'road',
      label: place % 3 === 0 ? 'dog' : 'cat',
      score: 0.35 + (place % 60) / 100,
    }));
    const ids = await database('photos').orderBy('sequence').select<{ id: string }[]>('id');
    photoIds = ids.map(({ id }) => id);
    await database('photos').whereIn('id', photoIds.slice(0, 20)).update({ status: 'queued' });
    await database('photos').whereIn('id', photoIds.slice(20, 40)).update({ deleted_at: new Date() });
    await database('detections').whereIn('photo_id', photoIds.slice(40, 60)).update({ verdict: 'right' });
    await database.batchInsert(
      'feedback',
      Array.from({ length: 500 }, (_, i) => ({
        member_id: members[0] ?? '',
        rating: 5,
        message: 'Good.',
        folded_message: 'good',
        state: 'new',
        created_at: new Date(Date.UTC(2026, 1, 1) + i * 3_600_000),
      })),
    );
    await database.batchInsert(
      'sessions',
      Array.from({ length: 1000 }, (_, i) => ({
        sid: `session${i}`,
        sess: '{}',
        expired: '2036-01-01 00:00:00',
        member_id: members[i % (MEMBERS + 5)] ?? null,
        last_seen_at: new Date(Date.UTC(2026, 1, 1) + i * 60_000),
      })),
      500,
    );
    const factors = members.slice(0, 30);
    await database('second_factors').insert(
      factors.map((id) => ({ member_id: id, secret: 'x', enabled_at: new Date() })),
    );
    await countAll(database);
    const filled = 'photos, detections, daily_counts, feedback, sessions, second_factors';
    if (isMySql(database)) await database.raw(`analyze table ${filled}`);
  });

  const readWhole = (work: () => Promise<unknown>) => tablesReadWholeBy(database, work, MEANT);

  test('statistics read what is of their days', async () => {
    const statistics = new StatisticsReadModel(database);
    const works: (() => Promise<unknown>)[] = [
      () => statistics.perDay(RANGE),
      () => statistics.perItem(RANGE, 'label'),
      () => statistics.perItem(RANGE, 'score'),
      () => statistics.timings(RANGE),
      () => statistics.feedbackPerDay(RANGE),
      () => statistics.members(RANGE),
      () => statistics.storage(),
      () => statistics.verdicts(RANGE),
    ];
    for (const work of works) assert.deepEqual(await readWhole(work), []);
  });

  test('choices of photos read the photos of a step', async () => {
    const choices = new PhotoChoices(database);
    const from = new Date('2026-02-01T01:00:00Z');
    const some = [
      {},
      { label: 'dog', minScore: 0.5 },
      { userId: members[3], model: '1' },
      { user: 'member1' },
      { text: 'quokka' },
      { from, before: new Date(from.getTime() + 3_600_000), label: 'cat' },
    ];
    for (const choice of some) {
      assert.deepEqual(await readWhole(() => choices.chosen(choice, 0, 50)), [], JSON.stringify(choice));
    }
  });

  test('runs that analyse photos again read their own photos', async () => {
    const runs = new ReanalysisRepository(database);
    const id = (await runs.start(members[0] ?? '', new Date(), { photoIds: photoIds.slice(100, 1000) })) ?? 0;
    await runs.end(id, 'cancelled', new Date());
    const work = async () => {
      const run = (await runs.start(members[0] ?? '', new Date(), { filter: {} })) ?? assert.fail();
      await runs.choose(run, photoIds.slice(100, 900), null);
      if (isMySql(database)) await database.raw('analyze table reanalysis_photos');
      const [first = '', second = ''] = await runs.waiting(run, 50);
      await runs.markDone(run, first, true);
      await runs.markFailed(run, second, 'Broken.');
      await runs.failures(run, 50);
      await runs.list(20);
      await runs.find(run);
      await runs.inForce();
      await runs.isInForce(run);
      await runs.end(run, 'finished', new Date());
    };
    assert.deepEqual(await readWhole(work), []);
  });

  test('searches for words read the texts that are looked at, and entries those that are shown', async () => {
    const words = new WordSearch(database);
    const terms = searchTerms('quokka');
    const stretch = { from: 0, before: null, direction: 'desc' } as const;
    assert.deepEqual(await readWhole(() => words.shareWith(terms, stretch)), []);
    assert.deepEqual(await readWhole(() => words.photosWith(terms, 6000)), []);
    const rows = await database('photos').limit(20).select<{ sequence: number }[]>('sequence');
    const sequences = rows.map(({ sequence }) => Number(sequence));
    assert.deepEqual(await readWhole(() => words.having(terms, sequences)), []);
    const history = new DetectionHistory(database);
    const page = { sort: 'newest', cursor: null, backward: false, limit: 20 } as const;
    assert.deepEqual(await readWhole(() => history.list({ text: 'road', user: 'member1' }, page)), []);
  });

  test('lists of accounts count what the accounts have, each by its own', async () => {
    const directory = new MemberDirectory(database);
    for (const sort of ['name', 'email', 'newest', 'seen', 'photos', 'storage'] as const) {
      const work = async () => {
        const { nextCursor } = await directory.list({}, sort, null, 10);
        await directory.list({ query: 'member', role: 'member', suspended: false }, sort, nextCursor, 10);
      };
      assert.deepEqual(await readWhole(work), [], sort);
    }
    assert.deepEqual(await readWhole(() => directory.get(members[3] ?? '')), []);
    assert.deepEqual(await readWhole(() => directory.count({ query: 'member' })), []);
  });
});
