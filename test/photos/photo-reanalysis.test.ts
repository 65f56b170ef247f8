import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { MemberRepository } from '../../src/accounts/member-repository.ts';
import { AppError, type ErrorCode } from '../../src/errors.ts';
import type { Analysis } from '../../src/inference/analysis.ts';
import { createLogger } from '../../src/logger.ts';
import type { Photo } from '../../src/photos/photo.ts';
import { PhotoFiles } from '../../src/photos/photo-files.ts';
import { PhotoReanalysis } from '../../src/photos/photo-reanalysis.ts';
import { PhotoRepository } from '../../src/photos/photo-repository.ts';
import { describeOnEachDatabase } from '../test-database.ts';
import { sampleFindings, samplePhoto, UNBOUNDED } from './sample-photo.ts';

describeOnEachDatabase('a photo that is analysed again', (open) => {
  let folder: string;
  let files: PhotoFiles;
  let photos: PhotoRepository;
  let memberId: string;
  const queue = { busy: false };
  const never = new AbortController().signal;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'detectx-again-'));
    files = new PhotoFiles(folder);
    await files.prepare();
    const database = await open();
    photos = new PhotoRepository(database);
    const account = { name: 'Ada', email: 'ada@example.org', passwordHash: 'x' };
    memberId = (await new MemberRepository(database).create(account)).id;
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function keptPhoto(): Promise<Photo> {
    const photo = samplePhoto(memberId);
    const upload = path.join(files.incoming, `upload-${photo.id}`);
    await writeFile(upload, 'the bytes of a photo');
    await files.store(photo.id, photo.sha256, upload, Buffer.from('a thumbnail'));
    await photos.insert(photo, UNBOUNDED);
    await photos.saveFindings(photo.id, photo.request, sampleFindings());
    return photo;
  }

  function analysis(): Analysis {
    const { detections, lines, models, engine, timings } = sampleFindings({
      models: { object_detector: '2' },
    });
    return {
      width: 800,
      height: 600,
      detections: [...detections],
      lines: [...lines],
      models,
      engine,
      timings,
    };
  }

  /** An analyser that refuses some times before it answers. */
  function reanalysisRefused(...codes: ErrorCode[]) {
    const analyse = async () => {
      const code = codes.shift();
      if (code) throw new AppError(code, 'Not now.');
      return analysis();
    };
    return new PhotoReanalysis({
      photos,
      files,
      queue,
      analyser: { analyse },
      patience: { firstPauseMs: 1, longestPauseMs: 5, engineFaults: 4, interruptions: 3 },
      logger: createLogger('silent', false),
    });
  }

  async function modelOf({ id }: Photo): Promise<string | undefined> {
    return (await photos.find(id))?.findings?.models.object_detector;
  }

  test('waits while others wait for their first analysis', async () => {
    const photo = await keptPhoto();
    queue.busy = true;
    const outcome = reanalysisRefused().analyse(photo.id, never);
    await delay(150);
    assert.equal(await modelOf(photo), '1');
    queue.busy = false;
    assert.equal(await outcome, 'done');
    assert.equal(await modelOf(photo), '2');
  });

  test('does not keep the program from ending while it waits', async () => {
    const photo = await keptPhoto();
    queue.busy = true;
    const stop = new AbortController();
    const outcome = reanalysisRefused().analyse(photo.id, stop.signal);
    stop.abort();
    await assert.rejects(outcome, { name: 'AbortError' });
    queue.busy = false;
    assert.equal(await modelOf(photo), '1');
  });

  test('is tried again when there was no room', async () => {
    const photo = await keptPhoto();
    assert.equal(await reanalysisRefused('overloaded', 'overloaded').analyse(photo.id, never), 'done');
    assert.equal(await modelOf(photo), '2');
  });

  test('is tried again while the engine has no room, though not for ever', async () => {
    const photo = await keptPhoto();
    const times = (number: number) => Array.from({ length: number }, () => 'engine_overloaded' as const);
    assert.equal(await reanalysisRefused(...times(8)).analyse(photo.id, never), 'done');
    assert.deepEqual(await reanalysisRefused(...times(20)).analyse(photo.id, never), { error: 'Not now.' });
    assert.equal(await modelOf(photo), '2');
  });

  test('keeps what was found when the analysis fails', async () => {
    const photo = await keptPhoto();
    assert.deepEqual(await reanalysisRefused('broken_image').analyse(photo.id, never), { error: 'Not now.' });
    assert.deepEqual((await photos.find(photo.id))?.findings, sampleFindings());
  });

  test('is left out when it waits for an analysis anyway, or is gone', async () => {
    const photo = samplePhoto(memberId);
    await photos.insert(photo, UNBOUNDED);
    assert.equal(await reanalysisRefused().analyse(photo.id, never), 'skipped');
    await photos.delete(photo.id);
    assert.equal(await reanalysisRefused().analyse(photo.id, never), 'skipped');
  });
});
