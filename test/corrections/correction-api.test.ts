import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { type ApiClient, newApiClient, type PhotoAnswer, problemOf } from '../api-client.ts';
import { drawStopSign } from '../drawn-pictures.ts';
import { describeOnEachApp } from '../test-app.ts';

interface CorrectionsAnswer {
  version: string;
  canUndo: boolean;
  detections: {
    id: number;
    label: string;
    score: number | null;
    box: PhotoAnswer['detections'][number]['box'];
    verdict: string | null;
    position: number | null;
  }[];
  lines: { id: number; text: string; score: number | null; verdict: string | null }[];
  acts: { act: string; madeAt: string }[];
}

describeOnEachApp('corrections by API', (app) => {
  let ada: ApiClient;
  let photo: PhotoAnswer;
  let path: string;

  before(async () => {
    ada = await newApiClient(app());
    photo = await ada.upload(drawStopSign().png);
    path = `/api/v1/photos/${photo.id}/corrections`;
  });

  const now = () => ada.get<CorrectionsAnswer>(path);

  function send(body: unknown, client = ada): Promise<Response> {
    const headers = { 'Content-Type': 'application/json' };
    return client.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  async function act(done: object): Promise<CorrectionsAnswer> {
    const response = await send({ version: (await now()).version, ...done });
    assert.equal(response.status, 200, await response.clone().text());
    return (await response.json()) as CorrectionsAnswer;
  }

  test('begin with what was found', async () => {
    const { detections, lines, canUndo, acts } = await now();
    assert.deepEqual(
      detections.map(({ label, box, score }) => ({ label, box, score })),
      photo.detections.map(({ label, box, score }) => ({ label, box, score })),
    );
    assert.equal(lines[0]?.text, photo.lines[0]?.text);
    assert.deepEqual([canUndo, acts, detections[0]?.verdict], [false, [], null]);
  });

  test('are made, shown with the photo when asked for, and taken back', async () => {
    const box = { x: 10, y: 20.5, width: 100, height: 60 };
    await act({ act: 'label', detection: 0, label: 'clock' });
    await act({ act: 'text', line: 0, text: '  SHOP\n now ' });
    const { detections, acts } = await act({ act: 'draw', label: 'dog', box });
    assert.deepEqual(detections.at(-1), {
      id: photo.detections.length,
      label: 'dog',
      score: null,
      box,
      verdict: 'right',
      position: null,
    });
    assert.deepEqual(
      acts.map((step) => step.act),
      ['draw', 'text', 'label'],
    );

    const corrected = await ada.get<PhotoAnswer>(`/api/v1/photos/${photo.id}?as=corrected`);
    assert.equal(corrected.detections[0]?.label, 'clock');
    assert.equal(corrected.detections.at(-1)?.label, 'dog');
    assert.match(corrected.text, /^SHOP now/);
    const detected = await ada.get<PhotoAnswer>(`/api/v1/photos/${photo.id}`);
    assert.deepEqual(detected, photo);

    const reset = await act({ act: 'as-detected' });
    assert.deepEqual(
      reset.detections.map(({ verdict, position }) => [verdict, position]),
      photo.detections.map((_found, position) => [null, position]),
    );
    const back = await ada.fetch(`${path}/last`, { method: 'DELETE' });
    assert.equal(((await back.json()) as CorrectionsAnswer).detections.at(-1)?.label, 'dog');

    for (let left = acts.length; left > 0; left--) {
      const undone = await ada.fetch(`${path}/last`, { method: 'DELETE' });
      assert.equal(((await undone.json()) as CorrectionsAnswer).acts.length, left - 1);
    }
    assert.deepEqual(await ada.get(`/api/v1/photos/${photo.id}?as=corrected`), photo);
    await problemOf(await ada.fetch(`${path}/last`, { method: 'DELETE' }), 409);
  });

  test('refuse what makes no sense, and say what is taken', async () => {
    const { version } = await now();
    const box = { x: 0, y: 0, width: 50, height: 50 };
    const bodies: [object, string][] = [
      [{}, 'version'],
      [{ version, act: 'paint' }, 'act'],
      [{ version, act: 'verdict', detection: 0, verdict: 'perhaps' }, 'verdict'],
      [{ version, act: 'verdict', verdict: 'right' }, 'detection'],
      [{ version, act: 'remove', detection: 0, line: 0 }, 'detection'],
      [{ version, act: 'label', detection: 0, label: 'unicorn' }, 'label'],
      [{ version, act: 'label', detection: 99, label: 'dog' }, 'detection'],
      [{ version, act: 'box', detection: 0, box: { ...box, x: '3' } }, 'box.x'],
      [{ version, act: 'box', detection: 0, box: { ...box, x: photo.width } }, 'box.x'],
      [{ version, act: 'draw', label: 'dog', box: { ...box, height: 1 } }, 'box.height'],
      [{ version, act: 'text', line: 0, text: ' ' }, 'text'],
      [{ version, act: 'text', line: 0, text: 'x'.repeat(1001) }, 'text'],
    ];
    for (const [body, field] of bodies) {
      const response = await send(body);
      const { errors } = (await response.clone().json()) as { errors?: { path: string }[] };
      await problemOf(response, 400);
      assert.deepEqual(
        errors?.map((error) => error.path),
        [field],
        JSON.stringify(body),
      );
    }
    await problemOf(await ada.fetch(`/api/v1/photos/${photo.id}?as=imagined`), 400);
    assert.equal((await now()).version, version);
  });

  test('refuse an act on a state that holds no more', async () => {
    const { version } = await now();
    await act({ act: 'verdict', detection: 0, verdict: 'right' });
    const { detail } = await problemOf(
      await send({ version, act: 'verdict', detection: 0, verdict: 'wrong' }),
      409,
    );
    assert.match(detail, /not kept/);
    await problemOf(await ada.fetch(`${path}/last?version=${version}`, { method: 'DELETE' }), 409);
    const { detections, version: current } = await now();
    assert.equal(detections[0]?.verdict, 'right');
    assert.equal((await ada.fetch(`${path}/last?version=${current}`, { method: 'DELETE' })).status, 200);
  });
});
