import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { MemberRepository } from '../../src/accounts/member-repository.ts';
import type { Database } from '../../src/database/database.ts';
import { isMySql } from '../../src/database/dialect.ts';
import { OwnLabels } from '../../src/photos/own-label-read-model.ts';
import type { Photo } from '../../src/photos/photo.ts';
import { type PageRequest, type PhotoFilter, present } from '../../src/photos/photo-filter.ts';
import { PhotoRepository } from '../../src/photos/photo-repository.ts';
import { toDetectionRow, toLineRow, toPhotoRow } from '../../src/photos/photo-row.ts';
import { PhotoSearchRepository } from '../../src/photos/photo-search-repository.ts';
import { parseSearchQuery } from '../../src/photos/search-query.ts';
import { searchedText } from '../../src/photos/searched-text.ts';
import { TrashRepository } from '../../src/photos/trash-repository.ts';
import { fullTextAsked, queriesOf, tablesReadWhole } from '../query-plan.ts';
import { describeOnEachDatabase } from '../test-database.ts';
import { sampleFindings, samplePhoto, UNBOUNDED } from './sample-photo.ts';

const FIRST_PAGE: PageRequest = { sort: 'newest', cursor: null, backward: false, limit: 10 };
const LABELS = ['bus', 'dog', 'person', 'stop sign'];
const box = { x: 0, y: 0, width: 1, height: 1 };

describeOnEachDatabase('search for photos', (open) => {
  let database: Database;
  let photos: PhotoRepository;
  let search: PhotoSearchRepository;
  let memberCount = 0;

  before(async () => {
    database = await open();
    photos = new PhotoRepository(database);
    search = new PhotoSearchRepository(database);
  });

  async function newMember(): Promise<string> {
    const email = `member${memberCount++}@example.org`;
    return (await new MemberRepository(database).create({ name: 'Ada', email, passwordHash: 'x' })).id;
  }

  async function keep(photo: Photo, findings = sampleFindings()): Promise<Photo> {
    await photos.insert(photo, UNBOUNDED);
    await photos.saveFindings(photo.id, photo.request, findings);
    return photo;
  }

  /** A photo with these detections (`label@score`) and lines. */
  async function found(
    memberId: string,
    detections: string[],
    texts: string[] = [],
    day = 1,
  ): Promise<Photo> {
    const [line] = sampleFindings().lines;
    assert.ok(line);
    return keep(
      samplePhoto(memberId, { createdAt: new Date(Date.UTC(2026, 0, day)) }),
      sampleFindings({
        detections: detections.map((written) => {
          const [label = '', score] = written.split('@');
          return { label, score: Number(score), box };
        }),
        lines: texts.map((text) => ({ ...line, text })),
      }),
    );
  }

  /** A member with more photos than are read for words, all with the word `common`, the first with `needle`. */
  async function memberOfMany(): Promise<{ memberId: string; rare: Photo }> {
    const memberId = await newMember();
    const many = Array.from({ length: 2100 }, (_, i) =>
      samplePhoto(memberId, { createdAt: new Date(Date.UTC(2026, 2, 1, 0, i)) }),
    );
    const [rare] = many;
    assert.ok(rare);
    await database.batchInsert('photos', many.map(toPhotoRow), 100);
    const texts = many.map(({ id, sequence }, i) => ({
      photo_id: id,
      sequence,
      words: searchedText([i === 0 ? 'common needle' : 'common']),
    }));
    await database.batchInsert('photo_texts', texts, 500);
    return { memberId, rare };
  }

  test('pages through equal times forward and backward without loss or repetition', async () => {
    const memberId = await newMember();
    for (let i = 0; i < 7; i++) {
      // Three of them at the same millisecond.
      await photos.insert(
        samplePhoto(memberId, { createdAt: new Date(Date.UTC(2026, 0, 1, 0, 0, 0, Math.min(i, 4))) }),
        UNBOUNDED,
      );
    }
    for (const sort of ['newest', 'oldest'] as const) {
      const all = await search.list(memberId, {}, { ...FIRST_PAGE, sort });
      const walked: Photo[] = [];
      let page = await search.list(memberId, {}, { ...FIRST_PAGE, sort, limit: 2 });
      while (page.length > 0) {
        walked.push(...page);
        page = await search.list(
          memberId,
          {},
          { sort, cursor: page.at(-1)?.sequence ?? null, backward: false, limit: 2 },
        );
      }
      assert.deepEqual(
        walked.map((photo) => photo.id),
        all.map((photo) => photo.id),
      );
      const back = await search.list(
        memberId,
        {},
        { sort, cursor: walked[4]?.sequence ?? null, backward: true, limit: 2 },
      );
      assert.deepEqual(
        back.map((photo) => photo.id),
        all.slice(2, 4).map((photo) => photo.id),
      );
    }
  });

  test('finds the neighbours of a photo', async () => {
    const memberId = await newMember();
    const kept: Photo[] = [];
    for (const day of [1, 2, 3]) {
      const photo = samplePhoto(memberId, { createdAt: new Date(Date.UTC(2026, 0, day)) });
      await photos.insert(photo, UNBOUNDED);
      kept.push(photo);
    }
    const [oldest, middle, newest] = kept;
    assert.ok(oldest && middle && newest);
    assert.deepEqual(await search.neighbours(middle), { newerId: newest.id, olderId: oldest.id });
    assert.deepEqual(await search.neighbours(newest), { newerId: null, olderId: middle.id });
  });

  test('filters by label, score, text and time, alone and together', async () => {
    const memberId = await newMember();
    const [line] = sampleFindings().lines;
    assert.ok(line);
    const day = (n: number) => new Date(Date.UTC(2026, 5, n));
    const bus = await keep(
      samplePhoto(memberId, { createdAt: day(1) }),
      sampleFindings({
        detections: [
          { label: 'bus', score: 0.4, box },
          { label: 'person', score: 0.9, box },
        ],
        lines: [{ ...line, text: '100% Cotton_shirt' }],
      }),
    );
    const dog = await keep(
      samplePhoto(memberId, { createdAt: day(2) }),
      sampleFindings({
        detections: [{ label: 'dog', score: 0.95, box }],
        lines: [{ ...line, text: '1000 cotton, Königstraße, ÉTÉ' }],
      }),
    );
    const empty = await keep(
      samplePhoto(memberId, { createdAt: day(3) }),
      sampleFindings({ detections: [], lines: [] }),
    );
    const matches = async (filter: PhotoFilter) => {
      const found = await search.list(memberId, filter, FIRST_PAGE);
      assert.deepEqual(await search.count(memberId, filter), { count: found.length, exact: true });
      return found.map((photo) => photo.id).sort();
    };
    const ids = (...some: Photo[]) => some.map((photo) => photo.id).sort();
    assert.deepEqual(await matches({}), ids(bus, dog, empty));
    assert.deepEqual(await matches({ labels: [present('bus')] }), ids(bus));
    assert.deepEqual(await matches({ labels: [present('bus')], scores: atLeast(0.5) }), []);
    assert.deepEqual(await matches({ scores: atLeast(0.9) }), ids(bus, dog));
    assert.deepEqual(await matches({ text: 'COTTON' }), ids(bus, dog));
    for (const text of ['été', 'ete', 'KÖNIGSTRASSE', 'konig'])
      assert.deepEqual(await matches({ text }), ids(dog));
    assert.deepEqual(await matches({ text: 'étè2' }), []);
    // Words are found by how they begin, quoted ones where they follow each other; signs are no part of them.
    assert.deepEqual(await matches({ text: '100%' }), ids(bus, dog));
    assert.deepEqual(await matches({ text: '"100"' }), ids(bus));
    assert.deepEqual(await matches({ text: '"100 cotton"' }), ids(bus));
    assert.deepEqual(await matches({ text: 'shirt cotton' }), ids(bus));
    assert.deepEqual(await matches({ text: '"shirt cotton"' }), []);
    assert.deepEqual(await matches({ text: 'otton' }), []);
    assert.deepEqual(await matches({ from: day(2) }), ids(dog, empty));
    assert.deepEqual(await matches({ before: day(2) }), ids(bus));
    assert.deepEqual(
      await matches({ from: day(1), before: day(3), labels: [present('dog')], text: 'cotton' }),
      ids(dog),
    );
    assert.deepEqual(await new OwnLabels(database).list(memberId), [
      { label: 'bus', count: 1 },
      { label: 'dog', count: 1 },
      { label: 'person', count: 1 },
    ]);
    const counts = { detections: { count: 3, exact: true }, lines: { count: 2, exact: true } };
    assert.deepEqual(await search.countFindings(memberId), counts);
    await new TrashRepository(database).put(dog.id, new Date());
    counts.detections.count = 2;
    counts.lines.count = 1;
    assert.deepEqual(await search.countFindings(memberId), counts);
    assert.deepEqual(await search.countAllFindings(memberId), { detections: 3, lines: 2 });
  });

  test('counts what was found so far as is quick', async () => {
    const { memberId, rare } = await memberOfMany();
    const history = { member_id: memberId, sequence: rare.sequence, model: '1' };
    const [detection] = sampleFindings().detections;
    const [line] = sampleFindings().lines;
    assert.ok(detection && line);
    const rows = Array.from({ length: 10_001 }, (_, i) => toDetectionRow(rare.id, detection, i, history));
    await database.batchInsert('detections', rows.slice(0, 10_000), 500);
    await database('text_lines').insert(toLineRow(rare.id, line, 0));
    // The line is in the oldest of more photos than are looked at.
    const lines = { count: 0, exact: false };
    assert.deepEqual(await search.countFindings(memberId), {
      detections: { count: 10_000, exact: true },
      lines,
    });
    await database.batchInsert('detections', rows.slice(10_000));
    assert.deepEqual(await search.countFindings(memberId), {
      detections: { count: 10_000, exact: false },
      lines,
    });
  });

  test('finds by every condition of a query what is so, on every page', async () => {
    const memberId = await newMember();
    const stranger = await newMember();
    const kept: Record<string, Photo> = {
      two: await found(memberId, ['person@0.9', 'person@0.5', 'bus@0.8'], ['Exit only'], 1),
      three: await found(memberId, ['person@0.7', 'person@0.6', 'person@0.4'], ['exit', 'only here'], 2),
      dog: await found(memberId, ['dog@0.95'], ['only exit'], 3),
      sign: await found(memberId, ['stop sign@0.6', 'dog@0.4'], [], 4),
      empty: await found(memberId, [], ['Exit'], 5),
      queued: samplePhoto(memberId, { createdAt: new Date(Date.UTC(2026, 0, 6)) }),
    };
    await photos.insert(kept.queued ?? samplePhoto(memberId), UNBOUNDED);
    await found(stranger, ['person@0.9', 'dog@0.9', 'bus@0.9'], ['exit only'], 2);
    const textAlone = samplePhoto(memberId, {
      createdAt: new Date(Date.UTC(2025, 11, 31)),
      request: { tasks: ['text'], minScore: 0.35 },
    });
    kept.read = await keep(textAlone, sampleFindings({ detections: [] }));
    const cases: Record<string, string[]> = {
      '': ['read', 'two', 'three', 'dog', 'sign', 'empty', 'queued'],
      person: ['two', 'three'],
      'person bus': ['two'],
      'bus person': ['two'],
      'person>2': ['three'],
      'person=2': ['two'],
      'person>=2': ['two', 'three'],
      'person<3': ['two', 'dog', 'sign', 'empty'],
      'person person<3': ['two'],
      'person=0': ['dog', 'sign', 'empty'],
      'person>1 score>0.5': ['three'],
      'person=0 score>0.5': ['dog', 'sign', 'empty'],
      'person=0 score>0.8': ['three', 'dog', 'sign', 'empty'],
      'person<3 score>0.5': ['two', 'three', 'dog', 'sign', 'empty'],
      'person<2 dog score>0.5': ['dog'],
      'person score>0.7': ['two'],
      'person score>=0.7': ['two', 'three'],
      'person score<0.5': ['three'],
      'score>0.9': ['dog'],
      'score>=0.5 score<0.65': ['two', 'three', 'sign'],
      '-person': ['dog', 'sign', 'empty'],
      '-person -dog': ['empty'],
      'dog -stop-sign': ['dog'],
      '-dog score>0.5': ['two', 'three', 'sign'],
      '-person score>0.5': ['dog', 'sign'],
      exit: ['two', 'three', 'dog', 'empty'],
      'exit person': ['two', 'three'],
      'exit -person': ['dog', 'empty'],
      stop: ['read'],
      'stop -person': [],
      '"exit only"': ['two', 'three'],
      'text:only dog': ['dog'],
      'dog bus': [],
      'exit nowhere': [],
      'after:2026-01-03': ['dog', 'sign', 'empty', 'queued'],
      'before:2026-01-03 person': ['two', 'three'],
      'after:2026-01-02 before:2026-01-04 exit': ['three', 'dog'],
    };
    const byIndex = new PhotoSearchRepository(database, 0);
    for (const [query, names] of Object.entries(cases)) {
      // By reading what is looked through, and by the full-text index.
      for (const repository of [search, byIndex]) {
        const filter = parseSearchQuery(query, LABELS);
        const idsOf = (some: readonly string[]) => some.map((name) => kept[name]?.id);
        const listed = async (page: PageRequest) =>
          (await repository.list(memberId, filter, page)).map(({ id }) => id);
        const oldest = { ...FIRST_PAGE, sort: 'oldest' } as const;
        assert.deepEqual(await listed(FIRST_PAGE), idsOf(names.toReversed()), query);
        assert.deepEqual(await listed(oldest), idsOf(names), query);
        const count = { count: names.length, exact: true };
        assert.deepEqual(await repository.count(memberId, filter), count, query);
        const cursor = kept.three?.sequence ?? 0;
        const sequenceOf = (name: string) => kept[name]?.sequence ?? 0;
        const after = names.filter((name) => sequenceOf(name) > cursor);
        assert.deepEqual(await listed({ ...oldest, cursor }), idsOf(after), query);
        const before = names.filter((name) => sequenceOf(name) < cursor);
        assert.deepEqual(await listed({ ...oldest, cursor, backward: true }), idsOf(before), query);
      }
    }
  });

  test('finds words that few photos have behind many that have none, and counts so far as is quick', async () => {
    const { memberId, rare } = await memberOfMany();
    assert.deepEqual(
      (await search.list(memberId, { text: 'needle' }, FIRST_PAGE)).map(({ id }) => id),
      [rare.id],
    );
    assert.deepEqual(await search.count(memberId, { text: 'needle' }), { count: 1, exact: true });
    assert.deepEqual(await search.count(memberId, { text: 'haystack' }), { count: 0, exact: true });
    assert.equal((await search.list(memberId, { text: 'common' }, FIRST_PAGE)).length, 10);
    const { count, exact } = await search.count(memberId, { text: 'common' });
    assert.ok(count >= 1000 && count <= 2100 && !exact);
    const since = { from: new Date(Date.UTC(2026, 2, 1)) };
    assert.deepEqual(await search.count(memberId, since), { count: 1000, exact: false });
    assert.deepEqual(await search.count(memberId, {}), { count: 2100, exact: true });
  });

  test('reads no table and no index from end to end', async () => {
    const { memberId } = await memberOfMany();
    await found(memberId, ['dog@0.9', 'bus@0.9', 'person@0.9'], ['exit']);
    const asked = await queriesOf(database, async () => {
      for (const query of [
        '',
        'dog',
        'dog bus',
        'person>2',
        'person=0 score>0.5',
        'score>0.9',
        '-dog',
        'person<2 exit',
        'exit',
        '"exit only"',
        'dog exit',
        'dog before:2026-02-01',
      ]) {
        const filter = parseSearchQuery(query, LABELS);
        await search.list(memberId, filter, FIRST_PAGE);
        await search.list(memberId, filter, { ...FIRST_PAGE, cursor: 1, backward: true });
        await search.count(memberId, filter);
      }
      await new OwnLabels(database).list(memberId);
    });
    const inFullText = asked.filter(({ sql }) => /\bmatch\b/.test(sql));
    assert.ok(inFullText.length > 0);
    if (!isMySql(database)) {
      for (const query of inFullText) assert.equal(await fullTextAsked(database, query), 'once', query.sql);
    }
    for (const { sql, bindings } of asked) {
      assert.deepEqual(await tablesReadWhole(database, sql, bindings), [], sql);
    }
  });
});

function atLeast(value: number) {
  return [{ operator: '>=', value } as const];
}
