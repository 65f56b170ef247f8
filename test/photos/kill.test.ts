import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { AccountService } from '../../src/accounts/account-service.ts';
import { MemberRepository } from '../../src/accounts/member-repository.ts';
import { TokenRepository } from '../../src/accounts/token-repository.ts';
import { TokenService } from '../../src/accounts/token-service.ts';
import { migrateUp, openDatabase } from '../../src/database/database.ts';
import { createLogger } from '../../src/logger.ts';
import { ApiClient, type PhotoAnswer } from '../api-client.ts';
import { drawWords } from '../drawn-pictures.ts';
import { createTestDatabase } from '../test-database.ts';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
/** Moments after the first upload at which the process is killed: while files arrive, are stored, are analysed. */
const KILL_AFTER_MS = [5, 60, 180, 400];

describe('a killed program', () => {
  let folder: string;
  let drop: () => Promise<void>;
  let env: NodeJS.ProcessEnv;
  let running: { process: ChildProcess; url: string } | null = null;
  let secret: string;
  let memberId: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'detectx-kill-'));
    const created = await createTestDatabase('sqlite');
    drop = created.drop;
    const { location } = created;
    assert.ok(location.dialect === 'sqlite');
    env = {
      ...process.env,
      PORT: '0',
      DATA_DIR: path.join(folder, 'data'),
      UPLOADS_DIR: path.join(folder, 'uploads'),
      DATABASE_URL: `sqlite:${location.file}`,
      LOG_LEVEL: 'silent',
    };
    const database = openDatabase(location);
    await migrateUp(database);
    const members = new MemberRepository(database);
    const logger = createLogger('silent', false);
    const tokens = new TokenService({ tokens: new TokenRepository(database), members, logger });
    const account = { name: 'Ada', email: 'ada@example.org', password: 'correct horse battery 9' };
    memberId = (await new AccountService({ members }).register(account)).id;
    secret = (await tokens.create(memberId, { name: 'test' })).secret;
    await database.destroy();
  });
  after(async () => {
    running?.process.kill('SIGKILL');
    await drop();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(): Promise<ApiClient> {
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], { cwd: ROOT, env });
    let output = '';
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.on('data', (text) => {
        output += text;
        const ready = /ready: (http:\S+)/.exec(output)?.[1];
        if (ready) resolve(ready.replace('localhost', '127.0.0.1'));
      });
      child.stderr.on('data', (text) => {
        output += text;
      });
      child.once('exit', () => reject(new Error(output)));
    });
    running = { process: child, url };
    return new ApiClient(url, memberId, secret);
  }

  async function kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    assert.ok(running);
    const gone = once(running.process, 'exit');
    running.process.kill(signal);
    running = null;
    return (await gone)[0] as number | null;
  }

  test('finishes after its restart what it had begun, and leaves no orphans', async () => {
    const accepted: string[] = [];
    for (const [round, moment] of KILL_AFTER_MS.entries()) {
      const client = await start();
      const uploads = Array.from({ length: 6 }, async (_, index) => {
        const { png } = drawWords(`Round ${round} photo ${index}`, { width: 1200, height: 900, size: 60 });
        const response = await client.send('/api/v1/photos', png, { headers: { Prefer: 'respond-async' } });
        accepted.push(((await response.json()) as PhotoAnswer).id);
      });
      // Those that the kill cuts off are nobody's promise.
      const ended = Promise.allSettled(uploads);
      await delay(moment);
      await kill('SIGKILL');
      await ended;
    }

    const client = await start();
    const photos = await untilAnalysed(client);
    for (const id of accepted)
      assert.ok(
        photos.some((photo) => photo.id === id),
        'an accepted photo is lost',
      );
    for (const photo of photos) assert.match(photo.text, /Round \d photo \d/);
    assert.deepEqual(await readdir(path.join(folder, 'uploads', 'incoming')), []);
    assert.deepEqual(await storedIds(), photos.map(({ id }) => id).sort());
    assert.equal(await kill('SIGTERM'), 0);
  });

  async function untilAnalysed(client: ApiClient): Promise<PhotoAnswer[]> {
    for (let tries = 0; tries < 600; tries++) {
      const { items } = await client.get<{ items: PhotoAnswer[] }>('/api/v1/photos?limit=100');
      if (items.every(({ status }) => status === 'analysed')) return items;
      await delay(50);
    }
    throw new Error('some photos were not analysed');
  }

  async function storedIds(): Promise<string[]> {
    const shelves = path.join(folder, 'uploads', 'photos');
    const ids = await Promise.all(
      (await readdir(shelves)).map((shelf) => readdir(path.join(shelves, shelf))),
    );
    return ids.flat().sort();
  }
});
