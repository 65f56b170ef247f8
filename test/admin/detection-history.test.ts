import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  DETECTION_SORTS,
  type DetectionEntry,
  type DetectionFilter,
  type DetectionPageRequest,
  type DetectionPlace,
  type DetectionSlice,
  type DetectionSort,
} from '../../src/admin/detection-history.ts';
import { PATHS } from '../../src/admin/detection-history-plan.ts';
import { DetectionHistory } from '../../src/admin/detection-history-read-model.ts';
import type { Database } from '../../src/database/database.ts';
import { isMySql } from '../../src/database/dialect.ts';
import { queriesOf } from '../query-plan.ts';
import { describeOnEachDatabase } from '../test-database.ts';
import { DetectionRecords } from './detection-records.ts';
import { keepMany } from './many-photos.ts';

const ALL: DetectionPageRequest = { sort: 'newest', cursor: null, backward: false, limit: 1000 };
const SORTS = Object.keys(DETECTION_SORTS) as DetectionSort[];
/** What filters mean, said without a database. */
function meant({ userId }: { userId: string }): {
  filter: DetectionFilter;
  matches: (entry: DetectionEntry) => boolean;
}[] {
  return [
    { filter: { label: 'dog' }, matches: ({ label }) => label === 'dog' },
    { filter: { userId }, matches: ({ user }) => user.id === userId },
    { filter: { user: 'other' }, matches: ({ user }) => user.email.includes('other') },
    { filter: { user: 'example' }, matches: () => true },
    { filter: { user: 'zoe' }, matches: () => false },
    { filter: { from: day(6) }, matches: ({ photo }) => photo.createdAt >= day(6) },
    { filter: { before: day(4) }, matches: ({ photo }) => photo.createdAt < day(4) },
    { filter: { minScore: 0.53 }, matches: ({ score }) => score >= 0.53 },
    { filter: { maxScore: 0.51 }, matches: ({ score }) => score <= 0.51 },
    { filter: { model: '1' }, matches: ({ model }) => model === '1' },
  ];
}

const day = (n: number) => new Date(Date.UTC(2026, 0, n));

describeOnEachDatabase('detection history', (open) => {
  let database: Database;
  let history: DetectionHistory;
  let everything: DetectionEntry[];
  const members: string[] = [];

  before(async () => {
    database = await open();
    history = new DetectionHistory(database);
    const records = new DetectionRecords(database);
    members.push(await records.member('ada@example.org'), await records.member('ben@other.example'));
    const words = ['stop the bus', 'Überweisung bus', undefined, 'stop'];
    for (let i = 0; i < 40; i++) {
      await records.keep(members[i % 3 === 0 ? 1 : 0] ?? '', {
        day: 1 + (i % 10),
        // Many equal scores: only the ids tell them apart.
        found: [
          ['person', 0.9],
          [i % 2 ? 'dog' : 'cat', 0.5 + (i % 5) / 100],
        ],
        model: i < 10 ? '1' : '2',
        words: i === 39 ? 'stop rarely' : words[i % 4],
      });
    }
    const trashed = await records.keep(members[0] ?? '', { found: [['person', 0.99]], words: 'stop' });
    await database('photos').where({ id: trashed.id }).update({ deleted_at: new Date() });
    await database('detections').where({ photo_id: trashed.id }).update({ sequence: null });
    await database('photo_texts').where({ photo_id: trashed.id }).delete();
    everything = (await history.list({}, ALL)).entries;
  });

  test('has every detection with its photo and whose that is, and none that is in the trash', async () => {
    assert.equal(everything.length, 80);
    const [newest] = everything;
    assert.ok(newest);
    assert.deepEqual(newest.box, { x: 1, y: 2, width: 30, height: 40.5 });
    assert.deepEqual(
      [newest.photo.filename, newest.photo.width, newest.photo.height, newest.engine, newest.verdict],
      ['street.jpg', 800, 600, 'embedded', null],
    );
    assert.deepEqual(newest.photo.createdAt, new Date(Date.UTC(2026, 0, 10, 12)));
    assert.ok(everything.every(({ user }) => members.includes(user.id) && user.name === 'Ada Example'));
  });

  test('finds what each filter and each pair of filters means, in every order', async () => {
    const filters = Object.values(meant({ userId: members[1] ?? '' }));
    for (const [i, a] of filters.entries()) {
      for (const b of filters.slice(i)) {
        // Two values for one filter are no pair.
        if (a !== b && Object.keys(a.filter).some((name) => name in b.filter)) continue;
        const expected = everything.filter((entry) => a.matches(entry) && b.matches(entry));
        const filter = { ...a.filter, ...b.filter };
        for (const sort of SORTS) {
          const { entries: found } = await history.list(filter, { ...ALL, sort });
          assert.deepEqual(idsOf(found), idsOf(sorted(expected, sort)), `${JSON.stringify(filter)}, ${sort}`);
        }
      }
    }
  });

  test('finds words by their beginning and phrases as they are, rare ones and common ones', async () => {
    const count = async (text: string, filter: DetectionFilter = {}) => {
      const found = SORTS.map((sort) => history.list({ ...filter, text }, { ...ALL, sort }));
      const lengths = new Set((await Promise.all(found)).map(({ entries }) => entries.length));
      assert.equal(lengths.size, 1);
      return [...lengths][0];
    };
    assert.equal(await count('bus'), 40);
    assert.equal(await count('STOP'), 40);
    assert.equal(await count('uber'), 20);
    assert.equal(await count('stop bus'), 20);
    assert.equal(await count('"the bus"'), 20);
    assert.equal(await count('"bus the"'), 0);
    assert.equal(await count('"sto"'), 0);
    assert.equal(await count('top'), 0);
    assert.equal(await count('rare'), 2);
    assert.equal(await count('stop', { label: 'person' }), 20);
    assert.equal(await count('uber', { label: 'dog', minScore: 0.54 }), 2);
  });

  test('pages forward and back without loss or repetition, also among equal scores', async () => {
    for (const filter of [{}, { label: 'person' }, { text: 'bus' }, { user: 'ben', minScore: 0.5 }]) {
      for (const sort of SORTS) {
        const { entries: all } = await history.list(filter, { ...ALL, sort });
        const walked: DetectionEntry[] = [];
        for (let cursor: DetectionPlace | null = null, isFirst = true; cursor !== null || isFirst; ) {
          const page: DetectionSlice = await history.list(filter, { ...ALL, sort, limit: 7, cursor });
          assert.equal(page.previous === null, isFirst);
          walked.push(...page.entries);
          cursor = page.next;
          isFirst = false;
        }
        assert.deepEqual(idsOf(walked), idsOf(all));
        const [place, expected] = [walked[12], walked.slice(5, 12)];
        assert.ok(place);
        const cursor = placeOf(place, sort);
        const back = await history.list(filter, { sort, cursor, backward: true, limit: 7 });
        assert.deepEqual(idsOf(back.entries), idsOf(expected));
        assert.deepEqual(
          [back.previous, back.next],
          [expected[0], expected[6]].map((one) => one && placeOf(one, sort)),
        );
      }
    }
  });

  test('goes on where an entry of a page vanishes while it is read', async () => {
    let removal: Promise<unknown> | null = null;
    const [gone] = everything;
    assert.ok(gone);
    const row = await database('detections').where({ id: gone.id }).first();
    const remove = (_: unknown, { sql }: { sql: string }) => {
      if (removal === null && /force index|indexed by/.test(sql)) {
        removal = database('detections').where({ id: gone.id }).delete().then();
      }
    };
    database.on('query-response', remove);
    const page = await history.list({}, { ...ALL, limit: 5 });
    database.removeListener('query-response', remove);
    await removal;
    await database('detections').insert(row);
    assert.ok(page.entries.length >= 4);
    assert.deepEqual(page.next, everything[4] && placeOf(everything[4], 'newest'));
  });

  test('gives all in batches of any size, among equal scores and photos with many detections', async () => {
    for (const filter of [{}, { label: 'person' }, { text: 'bus' }]) {
      for (const sort of SORTS) {
        for (const size of [1, 2, 7, 500]) {
          const seen: DetectionEntry[] = [];
          for await (const batch of new DetectionHistory(database, size).batches(filter, sort)) {
            seen.push(...batch);
          }
          const { entries } = await history.list(filter, { ...ALL, sort });
          assert.deepEqual(idsOf(seen), idsOf(entries), `${JSON.stringify(filter)}, ${sort}, ${size}`);
        }
      }
    }
  });

  test('finds what a few dozen accounts have by asking for these, not by going through all', async () => {
    const records = new DetectionRecords(database);
    const many = await records.member('busy@example.com');
    const quiet: string[] = [];
    for (let i = 0; i < 30; i++) quiet.push(await records.member(`quiet${i}@example.edu`));
    await keepMany(database, [many], 5000, () => ({ words: 'road' }));
    for (const id of quiet) await records.keep(id, { found: [['dog', 0.9]] });
    const asked: string[] = [];
    const note = ({ sql }: { sql: string }) => asked.push(sql);
    database.on('query', note);
    const { entries } = await history.list({ user: 'quiet' }, { ...ALL, limit: 10 });
    database.removeListener('query', note);
    await database('photos')
      .whereIn('member_id', [many, ...quiet])
      .delete();
    assert.equal(entries.length, 10);
    const searches = asked.filter((sql) => /force index|indexed by/.test(sql) && / order by /.test(sql));
    assert.equal(searches.length, 1);
    assert.match(searches[0] ?? '', /detections_member_id_sequence_id/);
  });

  test('reads of each of some accounts no more than a page', async () => {
    const records = new DetectionRecords(database);
    const some = await Promise.all([0, 1, 2].map((i) => records.member(`some${i}@example.edu`)));
    const others = await records.member('others@example.edu');
    await keepMany(database, [...some, others], 4000, () => ({ words: 'road' }));
    const queries = await queriesOf(database, async () => {
      const { entries } = await history.list({ user: 'some' }, { ...ALL, limit: 10 });
      assert.equal(entries.length, 10);
      assert.ok(entries.every(({ user }) => some.includes(user.id)));
      assert.deepEqual(
        entries,
        [...entries].sort((a, b) => b.photo.sequence - a.photo.sequence || b.id - a.id),
      );
    });
    await database('photos')
      .whereIn('member_id', [...some, others])
      .delete();
    const search = queries.filter(({ sql }) => /force index|indexed by/.test(sql)).at(-1);
    // Ten and one for each account, and as many of all together.
    assert.equal(search?.bindings.filter((value) => value === 11).length, some.length + 1);
  });

  test('finds the last entries of a page soon, however far away they are', async () => {
    const member = await new DetectionRecords(database).member('ferries@example.net');
    const near = 50;
    await keepMany(database, [member], 8000, (place) => ({
      words: place >= 8000 - near || place < 10 ? 'ferry' : 'road',
    }));
    const queries = await queriesOf(database, async () => {
      const { entries } = await history.list({ text: 'ferry' }, { ...ALL, limit: near + 1 });
      assert.equal(entries.length, near + 1);
    });
    await database('photos').where({ member_id: member }).delete();
    assert.ok(queries.length < 40, `${queries.length} queries`);
  });

  test('lets others have their turn while it looks for words', async () => {
    const member = await new DetectionRecords(database).member('many@example.net');
    // Common among the newest, and rare among the rest.
    await keepMany(database, [member], 2000, (place) => ({
      words: place >= 1980 || place < 10 ? 'tram' : 'road',
    }));
    let turns = 0;
    let next: NodeJS.Immediate;
    const turn = () => {
      turns++;
      next = setImmediate(turn);
    };
    next = setImmediate(turn);
    const { entries } = await history.list({ text: 'tram' }, { ...ALL, limit: 100 });
    clearImmediate(next);
    await database('photos').where({ member_id: member }).delete();
    assert.equal(entries.length, 30);
    assert.ok(turns >= 2, String(turns));
  });

  test('reads the indexes it names, and the table only for what a page shows', async () => {
    const queries: { sql: string; bindings: unknown[] }[] = [];
    const note = (query: { sql: string; bindings: unknown[] }) => queries.push(query);
    database.on('query', note);
    const some = meant({ userId: members[1] ?? '' }).map(({ filter }) => filter);
    const filters: DetectionFilter[] = [...some, { text: 'rare' }, { text: 'bus' }];
    for (const [i, a] of filters.entries()) {
      for (const b of filters.slice(i)) {
        for (const sort of ['newest', 'lowest'] as const) {
          await history.list({ ...a, ...b }, { ...ALL, sort, limit: 3 });
        }
      }
    }
    database.removeListener('query', note);
    const searches = new Map(
      queries
        .filter(
          ({ sql }) =>
            /from `?detections`? (as `?detections`? )?(force index|indexed by)/.test(sql) &&
            !sql.startsWith('explain'),
        )
        .map((query) => [query.sql, query]),
    );
    assert.ok(searches.size > 40, String(searches.size));
    for (const { sql, bindings } of searches.values()) {
      const plan = await explain(database, sql, bindings);
      // The index alone: MySQL’s “Using index condition” reads the table too.
      assert.match(plan, /using covering index|using index(?! condition)|impossible where|no matching/i, sql);
      // What is in angle brackets is made by the query itself.
      assert.doesNotMatch(plan, /scan detections$|"table":"[^<"]+","type":"ALL"/im, sql);
    }
  });

  test('walks an index in its order where one has it, and sorts only few', async () => {
    const queries: { sql: string; bindings: unknown[] }[] = [];
    const note = (query: { sql: string; bindings: unknown[] }) => queries.push(query);
    const ordered: DetectionFilter[] = [
      {},
      { label: 'dog' },
      { model: '1' },
      { userId: members[0] },
      { from: day(3), before: day(5) },
      { label: 'dog', from: day(3) },
    ];
    database.on('query', note);
    for (const filter of ordered) await history.list(filter, { ...ALL, limit: 3 });
    await history.list({}, { ...ALL, sort: 'highest', limit: 3 });
    await history.list({ minScore: 0.4 }, { ...ALL, sort: 'lowest', limit: 3 });
    database.removeListener('query', note);
    const searches = queries.filter(({ sql }) => /force index|indexed by/.test(sql));
    assert.equal(searches.length, ordered.length + 2, 'no index is asked how many rows it has');
    for (const { sql, bindings } of searches) {
      assert.doesNotMatch(await explain(database, sql, bindings), /filesort|temp b-tree/i, sql);
    }
  });

  test('has the indexes that its plan names', async () => {
    for (const columns of Object.values(PATHS)) {
      const name = `detections_${columns.join('_')}_index`;
      const found = isMySql(database)
        ? await database('information_schema.statistics')
            .whereRaw('table_schema = database()')
            .where({ index_name: name })
        : await database('sqlite_master').where({ name });
      assert.ok(found.length > 0, name);
    }
  });
});

/** Where an entry stands in the order of a sort. */
function placeOf({ id, score, photo }: DetectionEntry, sort: DetectionSort): DetectionPlace {
  return [DETECTION_SORTS[sort].order === 'time' ? photo.sequence : score, id];
}

function idsOf(entries: readonly DetectionEntry[]): number[] {
  return entries.map(({ id }) => id);
}

function sorted(entries: readonly DetectionEntry[], sort: DetectionSort): DetectionEntry[] {
  const sign = DETECTION_SORTS[sort].direction === 'asc' ? 1 : -1;
  return entries.toSorted((a, b) => {
    const [[first, tie], [other, otherTie]] = [placeOf(a, sort), placeOf(b, sort)];
    return sign * (first - other || tie - otherTie);
  });
}

async function explain(database: Database, sql: string, bindings: unknown[]): Promise<string> {
  const way = isMySql(database) ? 'explain' : 'explain query plan';
  const rows = await database.raw(`${way} ${sql}`, bindings as string[]);
  const plan: object[] = isMySql(database) ? rows[0] : rows;
  return plan.map((row) => ('detail' in row ? String(row.detail) : JSON.stringify(row))).join('\n');
}
