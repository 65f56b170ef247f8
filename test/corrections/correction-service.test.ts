import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { MemberRepository } from '../../src/accounts/member-repository.ts';
import type { CorrectedFindings, GivenFindings } from '../../src/corrections/corrected-findings.ts';
import type { CorrectionAct } from '../../src/corrections/correction-acts.ts';
import { MOST_DETECTIONS } from '../../src/corrections/correction-limits.ts';
import { CorrectionRepository, MOST_STEPS } from '../../src/corrections/correction-repository.ts';
import { CorrectionService } from '../../src/corrections/correction-service.ts';
import type { Database } from '../../src/database/database.ts';
import { AppError } from '../../src/errors.ts';
import type { Findings, Photo } from '../../src/photos/photo.ts';
import { PhotoRepository } from '../../src/photos/photo-repository.ts';
import type { Viewer } from '../../src/photos/photo-service.ts';
import { sampleFindings, samplePhoto, UNBOUNDED } from '../photos/sample-photo.ts';
import { describeOnEachDatabase } from '../test-database.ts';

const DOG = { label: 'dog', score: 0.9, box: { x: 100, y: 100, width: 200, height: 100 } };
const CUP = { label: 'cup', score: 0.5, box: { x: 500, y: 400, width: 50, height: 50 } };

describeOnEachDatabase('corrections', (open) => {
  let database: Database;
  let photos: PhotoRepository;
  let corrections: CorrectionService;
  let memberId: string;

  before(async () => {
    database = await open();
    photos = new PhotoRepository(database);
    const get = async (_viewer: Viewer, id: string) => {
      const photo = await photos.find(id);
      assert.ok(photo);
      return photo;
    };
    const labels = ['dog', 'cup', 'cat', 'stop sign'];
    corrections = new CorrectionService({
      corrections: new CorrectionRepository(database),
      photos: { get },
      labels,
    });
    const member = { name: 'Ada', email: 'ada@example.org', passwordHash: 'x' };
    memberId = (await new MemberRepository(database).create(member)).id;
  });

  const owner = (): Viewer => ({ id: memberId, role: 'member' });

  async function keep(findings: Partial<Findings> = { detections: [DOG, CUP] }): Promise<Photo> {
    const photo = samplePhoto(memberId);
    await photos.insert(photo, UNBOUNDED);
    await photos.saveFindings(photo.id, photo.request, sampleFindings(findings));
    return photo;
  }

  async function act({ id }: Photo, done: CorrectionAct): Promise<void> {
    await corrections.act(owner(), id, (await corrections.of(owner(), id)).version, done);
  }

  async function undo({ id }: Photo): Promise<void> {
    await corrections.undo(owner(), id, (await corrections.of(owner(), id)).version);
  }

  /** Has a data set speak of the photo; unless it says otherwise, of every label and of text, without gaps. */
  async function importInto({ id }: Photo, given: Partial<GivenFindings>): Promise<void> {
    const gaps = { detections: [], lines: [] };
    const whole = { detections: [], lines: [], labels: ['dog', 'cup', 'cat', 'person'], text: true, gaps };
    await corrections.replaceAll(photoOf(await photos.find(id)), { ...whole, ...given }, memberId);
  }

  async function corrected({ id }: Photo): Promise<CorrectedFindings | undefined> {
    return (await corrections.correctedOf([photoOf(await photos.find(id))])).get(id);
  }

  async function labelsOf(photo: Photo): Promise<string[] | undefined> {
    return (await corrected(photo))?.detections.map(({ label }) => label);
  }

  async function verdictsOf({ id }: Photo): Promise<unknown[]> {
    const rows = await database('detections').where({ photo_id: id }).orderBy('position');
    return rows.map(({ verdict }) => verdict);
  }

  test('leave the answer of the models as it is', async () => {
    const photo = await keep();
    const before = await photos.find(photo.id);
    await act(photo, { act: 'label', detection: 0, label: 'cat' });
    await act(photo, { act: 'text', line: 0, text: 'SHOP' });
    await act(photo, { act: 'draw', label: 'dog', box: { x: 1, y: 2, width: 30, height: 40 } });
    assert.deepEqual(await photos.find(photo.id), before);
    const now = await corrected(photo);
    assert.deepEqual(
      now?.detections.map(({ label, score }) => [label, score]),
      [
        ['cat', 0.9],
        ['cup', 0.5],
        ['dog', null],
      ],
    );
    assert.deepEqual([now?.lines[0]?.text, now?.lines[0]?.score], ['SHOP', 0.98]);
  });

  test('are taken back act by act, to the answer of the models', async () => {
    const photo = await keep();
    await act(photo, { act: 'verdict', detection: 0, verdict: 'wrong' });
    await act(photo, { act: 'label', detection: 1, label: 'dog' });
    assert.deepEqual(await labelsOf(photo), ['dog']);
    await undo(photo);
    assert.deepEqual(await labelsOf(photo), ['cup']);
    await undo(photo);
    assert.equal(await corrected(photo), undefined);
    assert.deepEqual(await verdictsOf(photo), [null, null]);
    await assert.rejects(undo(photo), refusedAs('conflict'));
  });

  test('say of each detection whether the model was right', async () => {
    const photo = await keep();
    const steps: [CorrectionAct, (string | null)[]][] = [
      [{ act: 'verdict', detection: 0, verdict: 'right' }, ['right', null]],
      [{ act: 'verdict', detection: 1, verdict: 'wrong' }, ['right', 'wrong']],
      [{ act: 'verdict', detection: 1, verdict: null }, ['right', null]],
      [{ act: 'label', detection: 0, label: 'cat' }, ['wrong', null]],
      // The mark goes, the change stays.
      [{ act: 'verdict', detection: 0, verdict: null }, ['wrong', null]],
      [{ act: 'label', detection: 0, label: 'dog' }, ['right', null]],
      [{ act: 'box', detection: 0, box: { ...DOG.box, x: 130 } }, ['right', null]],
      [{ act: 'box', detection: 0, box: { ...DOG.box, x: 250 } }, ['wrong', null]],
      [{ act: 'remove', detection: 1 }, ['wrong', 'wrong']],
    ];
    for (const [done, expected] of steps) {
      await act(photo, done);
      assert.deepEqual(await verdictsOf(photo), expected, JSON.stringify(done));
    }
    await undo(photo);
    assert.deepEqual(await verdictsOf(photo), ['wrong', null]);
  });

  test('take out what was drawn, and keep the names of all others', async () => {
    const photo = await keep();
    for (const label of ['cat', 'dog'])
      await act(photo, { act: 'draw', label, box: { x: 5, y: 5, width: 50, height: 50 } });
    await act(photo, { act: 'remove', detection: 2 });
    await act(photo, { act: 'label', detection: 3, label: 'cup' });
    assert.deepEqual(await labelsOf(photo), ['dog', 'cup', 'cup']);
  });

  test('take a label however it is written, and propose one for what is none', async () => {
    const photo = await keep({ detections: [DOG, { ...CUP, label: 'Sun dial' }] });
    await act(photo, { act: 'label', detection: 0, label: 'Stop-Sign' });
    await act(photo, { act: 'draw', label: 'CAT', box: { x: 5, y: 5, width: 50, height: 50 } });
    await act(photo, { act: 'label', detection: 2, label: 'sun-dial' });
    assert.deepEqual(await labelsOf(photo), ['stop sign', 'Sun dial', 'Sun dial']);
    await assert.rejects(act(photo, { act: 'label', detection: 0, label: 'stopsgn' }), {
      code: 'invalid_input',
      message: '“stopsgn” is not a label that the detector knows. Did you mean “stop sign”?',
    });
  });

  test('refuse what cannot be meant, and keep nothing of it', async () => {
    const photo = await keep();
    const box = { x: 0, y: 0, width: 100, height: 100 };
    const acts: CorrectionAct[] = [
      { act: 'label', detection: 0, label: 'unicorn' },
      { act: 'verdict', detection: 7, verdict: 'right' },
      { act: 'text', line: 3, text: 'x' },
      { act: 'box', detection: 0, box: { ...box, x: 750 } },
      { act: 'box', detection: 0, box: { ...box, y: -4 } },
      { act: 'draw', label: 'dog', box: { ...box, width: 2 } },
    ];
    for (const done of acts) await assert.rejects(act(photo, done), refusedAs('invalid_input'));
    assert.equal(await corrected(photo), undefined);
  });

  test('are the owner’s alone', async () => {
    const photo = await keep();
    const admin: Viewer = { id: 'somebody else', role: 'admin' };
    const { version } = await corrections.of(admin, photo.id);
    const done = { act: 'verdict', detection: 0, verdict: 'right' } as const;
    await assert.rejects(corrections.act(admin, photo.id, version, done), refusedAs('forbidden'));
    await assert.rejects(corrections.undo(admin, photo.id, null), refusedAs('forbidden'));
  });

  test('of two that are made on the same state, keep one and refuse the other', async () => {
    const photo = await keep();
    const { version } = await corrections.of(owner(), photo.id);
    const both = ['cat', 'cup'].map((label) =>
      corrections.act(owner(), photo.id, version, { act: 'label', detection: 0, label }),
    );
    const [kept, refused] = (await Promise.allSettled(both)).sort((a, b) => (a.status < b.status ? -1 : 1));
    assert.equal(kept?.status, 'fulfilled');
    assert.ok(refused?.status === 'rejected' && refused.reason.code === 'conflict');
    assert.equal((await corrections.of(owner(), photo.id)).steps.length, 1);
    await assert.rejects(corrections.undo(owner(), photo.id, version), refusedAs('conflict'));
  });

  test('make no step of what changes nothing', async () => {
    const photo = await keep();
    await act(photo, { act: 'verdict', detection: 0, verdict: null });
    assert.equal(await corrected(photo), undefined);
  });

  test('fold the oldest steps together without losing what they say', async () => {
    const photo = await keep();
    await act(photo, { act: 'verdict', detection: 1, verdict: 'wrong' });
    for (let step = 0; step < MOST_STEPS + 2; step++)
      await act(photo, { act: 'box', detection: 0, box: { ...DOG.box, x: 100 + step } });
    assert.equal((await corrections.of(owner(), photo.id)).steps.length, MOST_STEPS);
    for (let step = 1; step < MOST_STEPS; step++) await undo(photo);
    await assert.rejects(undo(photo), refusedAs('conflict'));
    assert.deepEqual(await corrected(photo), {
      detections: [{ ...DOG, box: { ...DOG.box, x: 102 } }],
      lines: sampleFindings().lines,
    });
  });

  test('go back to the answer of the models in one act, however many they were, and come back by undo', async () => {
    const photo = await keep();
    for (let step = 0; step < MOST_STEPS + 2; step++)
      await act(photo, { act: 'box', detection: 0, box: { ...DOG.box, x: 200 + step } });
    await act(photo, { act: 'draw', label: 'cat', box: { x: 5, y: 5, width: 50, height: 50 } });
    await act(photo, { act: 'verdict', line: 0, verdict: 'wrong' });
    const before = await corrected(photo);
    await act(photo, { act: 'as-detected' });
    const { detections, lines } = sampleFindings({ detections: [DOG, CUP] });
    assert.deepEqual(await corrected(photo), { detections, lines });
    assert.deepEqual(await verdictsOf(photo), [null, null]);
    const { steps } = await corrections.of(owner(), photo.id);
    await act(photo, { act: 'as-detected' });
    assert.deepEqual((await corrections.of(owner(), photo.id)).steps, steps);
    await undo(photo);
    assert.deepEqual(await corrected(photo), before);
    assert.deepEqual(await verdictsOf(photo), ['wrong', null]);
  });

  const LATER = new Date('2026-11-21T08:00:00.000Z');

  async function analyseAgain({ id, request }: Photo, findings: Partial<Findings>): Promise<void> {
    const again = sampleFindings({ analysedAt: LATER, ...findings });
    assert.ok(await photos.replaceFindings(id, request, again));
  }

  /** What can be said of the photo now: label, verdict, and place in the models' answer. */
  async function stated({ id }: Photo): Promise<unknown[]> {
    const { state } = await corrections.of(owner(), id);
    return state.detections.map(({ label, verdict, position }) => [label, verdict, position]);
  }

  test('hold for the same answer of another analysis, and can go on from there', async () => {
    const photo = await keep();
    await act(photo, { act: 'label', detection: 0, label: 'cat' });
    await act(photo, { act: 'verdict', detection: 1, verdict: 'right' });
    await analyseAgain(photo, { detections: [DOG, CUP] });
    assert.deepEqual(await verdictsOf(photo), ['wrong', 'right']);
    await act(photo, { act: 'verdict', detection: 1, verdict: 'wrong' });
    assert.deepEqual(await verdictsOf(photo), ['wrong', 'wrong']);
    for (let step = 0; step < 2; step++) await undo(photo);
    assert.deepEqual(await verdictsOf(photo), ['wrong', null]);
  });

  test('are tied to what another answer has at their places; what they do not speak of is as it has it', async () => {
    const cat = { label: 'cat', score: 0.6, box: { x: 300, y: 10, width: 60, height: 60 } };
    const photo = await keep({ detections: [DOG, cat, CUP] });
    await act(photo, { act: 'verdict', detection: 0, verdict: 'right' });
    await act(photo, { act: 'verdict', detection: 1, verdict: 'wrong' });
    const drawn = { x: 20, y: 400, width: 100, height: 100 };
    await act(photo, { act: 'draw', label: 'dog', box: drawn });
    const found = [
      // In place of the cup that nothing was said of.
      { label: 'cup', score: 0.9, box: { x: 700, y: 500, width: 50, height: 50 } },
      { ...DOG, box: { ...DOG.box, x: 105 } },
      // At the place of the cat that is none, another thing.
      { ...cat, label: 'dog' },
      { label: 'dog', score: 0.5, box: { ...drawn, x: 25 } },
    ];
    await analyseAgain(photo, { detections: found });
    assert.deepEqual(await verdictsOf(photo), [null, 'right', null, 'right']);
    assert.deepEqual(await stated(photo), [
      ['cup', null, 0],
      ['dog', 'right', 1],
      ['dog', null, 2],
      ['cat', 'wrong', null],
      ['dog', 'right', 3],
    ]);
    assert.deepEqual((await corrected(photo))?.detections, [
      found[0],
      DOG,
      found[2],
      { label: 'dog', box: drawn, score: null },
    ]);
    const { state } = await corrections.of(owner(), photo.id);
    assert.equal(new Set(state.detections.map(({ id }) => id)).size, 5);
    const other = state.detections[2]?.id ?? assert.fail();
    await act(photo, { act: 'verdict', detection: other, verdict: 'wrong' });
    assert.deepEqual(await verdictsOf(photo), [null, 'right', 'wrong', 'right']);
  });

  test('keep lines in reading order when another analysis finds more of them', async () => {
    const line = (text: string, y: number) => ({
      text,
      score: 0.9,
      polygon: [
        [10, y],
        [200, y],
        [200, y + 20],
        [10, y + 20],
      ] as const,
    });
    const photo = await keep({ lines: [line('ONE', 10), line('THREE', 90)] });
    await act(photo, { act: 'text', line: 0, text: 'one' });
    await act(photo, { act: 'text', line: 1, text: 'three' });
    await analyseAgain(photo, {
      lines: [line('ZERO', -20), line('ONE', 11), line('TWO', 50), line('THREE', 91), line('FOUR', 130)],
    });
    assert.deepEqual(
      (await corrected(photo))?.lines.map(({ text }) => text),
      ['ZERO', 'one', 'TWO', 'three', 'FOUR'],
    );
  });

  test('outlive that the photo has no answer for a while', async () => {
    const photo = await keep();
    await act(photo, { act: 'label', detection: 0, label: 'cat' });
    await act(photo, { act: 'verdict', detection: 1, verdict: 'wrong' });
    const { version } = await corrections.of(owner(), photo.id);
    // As an earlier DetectX left a photo of which something else was asked.
    for (const table of ['detections', 'text_lines', 'photo_texts'])
      await database(table).where({ photo_id: photo.id }).delete();
    await database('photos').where({ id: photo.id }).update({ status: 'queued', analysed_at: null });
    await assert.rejects(corrections.of(owner(), photo.id), refusedAs('conflict'));
    assert.deepEqual(await labelsOf(photo), ['cat']);
    const again = sampleFindings({ detections: [CUP], analysedAt: LATER });
    await photos.saveFindings(photo.id, photo.request, again);
    assert.deepEqual(await labelsOf(photo), ['cat']);
    assert.deepEqual(await verdictsOf(photo), ['wrong']);
    const done = { act: 'verdict', detection: 0, verdict: 'right' } as const;
    await assert.rejects(corrections.act(owner(), photo.id, version, done), refusedAs('conflict'));
    await act(photo, { act: 'draw', label: 'dog', box: { x: 5, y: 5, width: 50, height: 50 } });
    assert.deepEqual(await labelsOf(photo), ['cat', 'dog']);
    assert.deepEqual(await verdictsOf(photo), ['wrong']);
    for (let step = 0; step < 3; step++) await undo(photo);
    assert.equal(await corrected(photo), undefined);
  });

  test('say exactly what is imported, tied to what was found at the same places', async () => {
    const photo = await keep();
    const cat = { label: 'cat', box: { ...DOG.box, x: 110 }, score: null };
    const far = { label: 'dog', box: { x: 600, y: 10, width: 20, height: 20 }, score: null };
    await act(photo, { act: 'verdict', detection: 0, verdict: 'right' });
    await importInto(photo, { detections: [far, cat] });
    assert.deepEqual(await corrected(photo), {
      detections: [far, cat],
      lines: [],
    });
    assert.deepEqual(await verdictsOf(photo), ['wrong', 'wrong']);
    await undo(photo);
    assert.deepEqual(await verdictsOf(photo), ['right', null]);
  });

  test('say nothing of labels that are not imported, nor of text', async () => {
    const photo = await keep();
    const kite = { label: 'kite', box: DOG.box, score: null };
    await importInto(photo, { detections: [kite], labels: ['kite', 'Cup'], text: false });
    // The kite is where the dog was found: that it is one, too, nobody has denied.
    assert.deepEqual(await verdictsOf(photo), [null, 'wrong']);
    assert.deepEqual(await corrected(photo), { detections: [kite, DOG], lines: sampleFindings().lines });
  });

  test('judge nothing where more was said than is imported', async () => {
    const mouse = { label: 'cat', score: 0.4, box: { x: 10, y: 10, width: 20, height: 20 } };
    const photo = await keep({ detections: [DOG, CUP, mouse] });
    const crowd = { x: 90, y: 190, width: 20, height: 50 };
    const point = { x: 520, y: 460, width: 0, height: -20 };
    await importInto(photo, { gaps: { detections: [crowd, point], lines: [null] } });
    assert.deepEqual(await verdictsOf(photo), [null, null, 'wrong']);
    assert.deepEqual(await corrected(photo), { detections: [DOG, CUP], lines: sampleFindings().lines });
    await importInto(photo, { gaps: { detections: [null], lines: [] } });
    assert.deepEqual(await verdictsOf(photo), [null, null, null]);
    assert.deepEqual((await corrected(photo))?.lines, []);
  });

  test('are tied to what has the same label, where several things are at one place', async () => {
    const cat = { label: 'cat', score: 0.4, box: DOG.box };
    const person = { label: 'person', score: 0.8, box: { x: 400, y: 100, width: 100, height: 200 } };
    const photo = await keep({ detections: [DOG, person, cat] });
    const given = [
      { label: 'motorcycle', box: { ...person.box, y: 110, height: 190 }, score: null },
      { label: 'person', box: { ...person.box, y: 90, height: 230 }, score: null },
      { label: 'cat', box: DOG.box, score: null },
    ];
    await importInto(photo, { detections: given });
    assert.deepEqual(await verdictsOf(photo), ['wrong', 'right', 'right']);
  });

  test('take out what was imported beside the answer, and mark wrong what was imported of it', async () => {
    const photo = await keep();
    const [read] = sampleFindings().lines;
    assert.ok(read);
    const far = [
      [500, 500],
      [600, 500],
      [600, 520],
      [500, 520],
    ] as const;
    await importInto(photo, {
      detections: [{ label: 'dog', box: DOG.box, score: null }],
      lines: [
        { ...read, score: null },
        { text: 'FAR', polygon: far, score: null },
      ],
    });
    assert.deepEqual(await verdictsOf(photo), ['right', 'wrong']);
    await act(photo, { act: 'remove', detection: 0 });
    assert.deepEqual(await verdictsOf(photo), ['wrong', 'wrong']);
    for (const { id } of (await corrections.of(owner(), photo.id)).state.lines)
      await act(photo, { act: 'remove', line: id });
    const { lines } = (await corrections.of(owner(), photo.id)).state;
    assert.deepEqual(
      lines.map(({ text, verdict }) => [text, verdict]),
      [['STOP', 'wrong']],
    );
    assert.deepEqual(await corrected(photo), { detections: [], lines: [] });
  });

  test('say no more of one photo than can be kept and shown', async () => {
    const photo = await keep({ detections: [] });
    const box = { x: 1, y: 1, width: 10, height: 10 };
    const detections = Array.from({ length: MOST_DETECTIONS }, () => ({ label: 'dog', box, score: null }));
    await importInto(photo, { detections });
    await assert.rejects(act(photo, { act: 'draw', label: 'dog', box }), refusedAs('invalid_input'));
    await act(photo, { act: 'remove', detection: 0 });
    await act(photo, { act: 'draw', label: 'dog', box });
  });

  test('are told for the photos that have some, and go with their photo', async () => {
    const [one, other] = [await keep(), await keep()];
    await act(one, { act: 'verdict', detection: 0, verdict: 'wrong' });
    assert.deepEqual([...(await corrections.correctedOf([one, other])).keys()], [one.id]);
    assert.equal((await corrections.correctedOf([])).size, 0);
    await photos.delete(one.id);
    assert.deepEqual(await database('corrections').where({ photo_id: one.id }), []);
  });
});

function photoOf(photo: Photo | null): Photo {
  assert.ok(photo);
  return photo;
}

function refusedAs(code: string): (error: unknown) => boolean {
  return (error) => error instanceof AppError && error.code === code;
}
