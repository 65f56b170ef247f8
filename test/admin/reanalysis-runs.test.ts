import assert from 'node:assert/strict';
import { afterEach, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { MemberRepository } from '../../src/accounts/member-repository.ts';
import type { DetectionFilter } from '../../src/admin/detection-history.ts';
import { DetectionHistory } from '../../src/admin/detection-history-read-model.ts';
import { PhotoChoices } from '../../src/admin/photo-choice-read-model.ts';
import { ReanalysisRepository } from '../../src/admin/reanalysis-repository.ts';
import { ReanalysisRunner } from '../../src/admin/reanalysis-runner.ts';
import { ReanalysisService } from '../../src/admin/reanalysis-service.ts';
import type { Database } from '../../src/database/database.ts';
import { createLogger } from '../../src/logger.ts';
import type { Photo } from '../../src/photos/photo.ts';
import type { ReanalysisOutcome } from '../../src/photos/photo-reanalysis.ts';
import { PhotoRepository } from '../../src/photos/photo-repository.ts';
import { toPhotoRow } from '../../src/photos/photo-row.ts';
import { PhotoSearchRepository } from '../../src/photos/photo-search-repository.ts';
import { sampleFindings, samplePhoto, UNBOUNDED } from '../photos/sample-photo.ts';
import { describeOnEachDatabase } from '../test-database.ts';

const HOUR_MS = 60 * 60_000;
const LABELS = ['dog', 'cat'];

describeOnEachDatabase('runs that analyse photos again', (open) => {
  let database: Database;
  let photos: PhotoRepository;
  let reanalyses: ReanalysisRepository;
  let choices: PhotoChoices;
  const runners: ReanalysisRunner[] = [];
  let ada: string;
  let ben: string;
  /** Ada's dog, Ada's cat, Ben's dog, Ben's photo without anything, by the hour. */
  let kept: readonly [Photo, Photo, Photo, Photo];

  before(async () => {
    database = await open();
    photos = new PhotoRepository(database);
    reanalyses = new ReanalysisRepository(database);
    choices = new PhotoChoices(database);
    ada = await newMember('ada@example.org');
    ben = await newMember('ben@example.com');
    kept = [
      await keep(ada, 0, 'dog', 0.9, 'first street'),
      await keep(ada, 1, 'cat', 0.5, 'second street'),
      await keep(ben, 2, 'dog', 0.4, 'third avenue'),
      await keep(ben, 3, null, 0, null),
    ];
  });

  // One that is still looking for work would take the run of the next test.
  afterEach(() => Promise.all(runners.splice(0).map((runner) => runner.close())));

  async function newMember(email: string): Promise<string> {
    return (await new MemberRepository(database).create({ name: 'Ada', email, passwordHash: 'x' })).id;
  }

  async function keep(
    memberId: string,
    hour: number,
    label: string | null,
    score: number,
    text: string | null,
  ): Promise<Photo> {
    const createdAt = new Date(Date.parse('2026-01-01T00:00:00Z') + hour * HOUR_MS);
    const photo = samplePhoto(memberId, { createdAt });
    const [line] = sampleFindings().lines;
    const box = { x: 1, y: 2, width: 3, height: 4 };
    const findings = sampleFindings({
      detections: label === null ? [] : [{ label, score, box }],
      lines: text === null || !line ? [] : [{ ...line, text }],
    });
    await photos.insert(photo, UNBOUNDED);
    assert.equal(await photos.saveFindings(photo.id, photo.request, findings), true);
    return photo;
  }

  async function allChosen(choice: DetectionFilter, count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let after = 0; ; ) {
      const step = await choices.chosen(choice, after, count);
      ids.push(...step.ids);
      if (step.next === null) return ids;
      after = step.next;
    }
  }

  /** A service whose photos are analysed by a stand-in. */
  function serviceWith(analyse: (id: string) => Promise<ReanalysisOutcome>) {
    const runner = new ReanalysisRunner({
      reanalyses,
      choices,
      photos: { analyse },
      labels: LABELS,
      logger: createLogger('silent', false),
    });
    runners.push(runner);
    const history = new DetectionHistory(database);
    return {
      runner,
      service: new ReanalysisService({ reanalyses, choices, history, labels: LABELS, runner }),
    };
  }

  async function ended(service: ReanalysisService, id: number) {
    for (;;) {
      const run = await service.get(String(id));
      if (run.endedAt !== null) return run;
      await delay(5);
    }
  }

  test('finds the photos that a choice means, whatever the length of its steps', async () => {
    const [dog, cat, bensDog, blank] = kept.map(({ id }) => id);
    const expected: [DetectionFilter, (string | undefined)[]][] = [
      [{}, [dog, cat, bensDog, blank]],
      [{ label: 'dog' }, [dog, bensDog]],
      [{ label: 'dog', minScore: 0.8 }, [dog]],
      [{ maxScore: 0.5 }, [cat, bensDog]],
      [{ userId: ben }, [bensDog, blank]],
      [{ user: 'ada@' }, [dog, cat]],
      [{ text: 'street' }, [dog, cat]],
      [{ text: 'street', label: 'cat' }, [cat]],
      [{ model: '1' }, [dog, cat, bensDog]],
      [{ model: '2' }, []],
      [{ from: new Date('2026-01-01T01:00:00Z'), before: new Date('2026-01-01T03:00:00Z') }, [cat, bensDog]],
    ];
    for (const [choice, ids] of expected) {
      for (const count of [1, 3, 100])
        assert.deepEqual(await allChosen(choice, count), ids, JSON.stringify(choice));
    }
  });

  test('leaves out photos in the trash', async () => {
    const photo = await keep(ben, 4, 'zebra', 0.9, null);
    await database('photos').where({ id: photo.id }).update({ deleted_at: new Date() });
    assert.deepEqual(
      await allChosen({}, 100),
      kept.map(({ id }) => id),
    );
    await photos.delete(photo.id);
  });

  test('names each photo once, also where one is deleted while others are looked up', async () => {
    const doomed = await keep(ben, -1, 'dog', 0.9, null);
    const [first, second] = kept;
    let removal: Promise<unknown> | null = null;
    const remove = (_: unknown, { sql }: { sql: string }) => {
      if (removal === null && /max\(/.test(sql)) {
        removal = database('photos').where({ id: doomed.id }).delete().then();
      }
    };
    database.on('query-response', remove);
    const step = await choices.chosen({}, 0, 2);
    database.removeListener('query-response', remove);
    assert.notEqual(await removal, null);
    assert.deepEqual(
      step.ids.filter((id) => id !== doomed.id),
      [first.id],
    );
    assert.equal(step.next, first.sequence);
    assert.equal((await choices.chosen({}, first.sequence, 1)).ids[0], second.id);
  });

  test('takes a photo once that is named in two steps', async () => {
    const ids = kept.map(({ id }) => id);
    const run = (await reanalyses.start(ada, new Date(), { filter: {} })) ?? assert.fail();
    await reanalyses.choose(run, ids.slice(0, 2), kept[1].sequence);
    await reanalyses.choose(run, [...ids.slice(1), 'deleted meanwhile'], null);
    assert.deepEqual((await reanalyses.waiting(run, 10)).sort(), ids.toSorted());
    await reanalyses.end(run, 'cancelled', new Date());
  });

  test('leaves others their turn while photos are looked through', async () => {
    const member = await newMember('many@example.org');
    const rows = Array.from({ length: 3500 }, (_, i) =>
      toPhotoRow(samplePhoto(member, { createdAt: new Date(i * HOUR_MS) })),
    );
    await database.batchInsert('photos', rows, 500);
    const { service } = serviceWith(async () => 'done');
    let turns = 0;
    let next: NodeJS.Immediate;
    const turn = () => {
      turns++;
      next = setImmediate(turn);
    };
    next = setImmediate(turn);
    await assert.rejects(service.startChosen(ada, { user: 'nobody' }), { code: 'invalid_input' });
    clearImmediate(next);
    await database('photos').where({ member_id: member }).delete();
    assert.ok(turns >= 3, String(turns));
  });

  test('analyses every photo once, counts those that fail, and keeps a run that has ended', async () => {
    const analysed: string[] = [];
    const { service } = serviceWith(async (id) => {
      analysed.push(id);
      return id === kept[1].id ? { error: 'The file is broken.' } : 'done';
    });
    const { id } = await service.startChosen(ada, { label: '', model: '1', _csrf: 'x' });
    const run = await ended(service, id);
    assert.deepEqual(
      [...analysed].sort(),
      kept
        .slice(0, 3)
        .map((photo) => photo.id)
        .sort(),
    );
    assert.deepEqual(
      [run.state, run.done, run.waiting, run.failed, run.filter, run.startedBy?.id],
      ['finished', 2, 0, 1, { model: '1' }, ada],
    );
    assert.deepEqual(await service.failures(run), [
      { id: kept[1].id, filename: kept[1].filename, error: 'The file is broken.' },
    ]);
    const failed = database('photos').where({ id: kept[1].id });
    await failed.clone().update({ deleted_at: new Date() });
    assert.deepEqual(await service.failures(run), [], 'a photo in the trash');
    await failed.clone().update({ deleted_at: null });
  });

  test('takes one run at a time, and stops it between two photos', async () => {
    let free = () => {};
    const held = new Promise<void>((resolve) => {
      free = resolve;
    });
    const analysed: string[] = [];
    const { service, runner } = serviceWith(async (id) => {
      analysed.push(id);
      await held;
      return 'done';
    });
    const { id } = await service.startNamed(
      ben,
      kept.map((photo) => photo.id),
    );
    while (analysed.length < 2) await delay(5);
    await assert.rejects(service.startChosen(ada, {}), { code: 'conflict' });
    const stopped = await service.cancel(String(id));
    assert.deepEqual([stopped.state, stopped.waiting], ['cancelled', 0]);
    free();
    await runner.close();
    assert.equal(analysed.length, 2);
    assert.equal((await service.get(String(id))).done, 2, 'those in work are renewed all the same');
    await assert.rejects(service.cancel(String(id)), { code: 'conflict' });
  });

  test('goes on where it was after a restart', async () => {
    const analysed: string[] = [];
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = serviceWith(async (id) => {
      analysed.push(id);
      if (analysed.length > 2) await held;
      return 'done';
    });
    const { id } = await first.service.startNamed(
      ada,
      kept.map((photo) => photo.id),
    );
    while (analysed.length < 3) await delay(5);
    const closing = first.runner.close();
    release();
    await closing;
    assert.equal((await first.service.get(String(id))).endedAt, null);
    const second = serviceWith(async (photoId) => {
      analysed.push(photoId);
      return 'done';
    });
    second.runner.wake();
    const run = await ended(second.service, id);
    assert.deepEqual([run.done, run.failed, new Set(analysed).size], [4, 0, 4]);
  });

  test('does not count a photo that is deleted while it waits', async () => {
    const photo = await keep(ben, 5, 'zebra', 0.9, null);
    const { service } = serviceWith(async (id) => {
      await photos.delete(id);
      return 'skipped';
    });
    const run = await ended(service, (await service.startNamed(ada, photo.id)).id);
    assert.deepEqual([run.state, run.done, run.failed], ['finished', 0, 0]);
  });

  test('refuses what finds no photo, unknown photos and wrong fields', async () => {
    const { service } = serviceWith(async () => 'done');
    const refused = [
      () => service.startChosen(ada, { label: 'unicorn' }),
      () => service.startChosen(ada, { minScore: '2' }),
      () => service.startChosen(ada, { minScore: '0.9', maxScore: '0.1' }),
      () => service.startChosen(ada, { from: '2026-02-02', to: '2026-02-01' }),
      () => service.startNamed(ada, ['unknown']),
      () => service.startNamed(ada, [kept[0].id, 'unknown']),
      () => service.startNamed(ada, []),
    ];
    for (const start of refused) await assert.rejects(start, { code: 'invalid_input' });
    assert.equal(await reanalyses.inForce(), null);
    await assert.rejects(service.get('999'), { code: 'not_found' });
  });

  test('puts new findings in the place of the old ones, and nothing where something else was asked', async () => {
    const photo = await keep(ada, 6, 'dog', 0.9, 'old words');
    const searches = new PhotoSearchRepository(database);
    const findings = sampleFindings({ models: { object_detector: '9' } });
    assert.equal(await photos.replaceFindings(photo.id, photo.request, findings), true);
    assert.deepEqual((await photos.find(photo.id))?.findings, findings);
    assert.equal((await searches.count(ada, { text: 'old' })).count, 0);
    assert.equal((await searches.count(ada, { text: 'stop' })).count, 1);
    assert.equal(await photos.replaceFindings(photo.id, { tasks: ['text'], minScore: 0.1 }, findings), false);
    const queued = samplePhoto(ada);
    await photos.insert(queued, UNBOUNDED);
    assert.equal(await photos.replaceFindings(queued.id, queued.request, findings), false);
    assert.equal((await photos.find(queued.id))?.status, 'queued');
  });
});
