import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { MemberRepository } from '../../src/accounts/member-repository.ts';
import { TokenRepository } from '../../src/accounts/token-repository.ts';
import { TokenService } from '../../src/accounts/token-service.ts';
import { type Database, migrateUp, openDatabase } from '../../src/database/database.ts';
import { createLogger } from '../../src/logger.ts';
import { ApiClient, type PhotoAnswer } from '../api-client.ts';
import { drawWords } from '../drawn-pictures.ts';
import { type Program, startProgram } from '../program.ts';
import { createTestDatabase, mySqlAnswers } from '../test-database.ts';

const UPLOADS = 8;
/** Half of what nobody waits longer for; containers are given no more. */
const LONGEST_END_MS = 30_000;

for (const dialect of ['sqlite', 'mysql'] as const) {
  describe(`a killed program [${dialect}]`, { skip: dialect === 'mysql' && !mySqlAnswers }, () => {
    let folder: string;
    let uploadsDir: string;
    let drop: () => Promise<void>;
    let env: Record<string, string>;
    let database: Database;
    let account: { memberId: string; secret: string };
    let running: Program | null = null;
    /** Ids of photos whose upload was answered. */
    const accepted: string[] = [];

    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'detectx-kill-'));
      uploadsDir = path.join(folder, 'uploads');
      const created = await createTestDatabase(dialect);
      drop = created.drop;
      const { location } = created;
      const url = location.dialect === 'sqlite' ? `sqlite:${location.file}` : location.url;
      env = { PORT: '0', DATA_DIR: path.join(folder, 'data'), UPLOADS_DIR: uploadsDir, DATABASE_URL: url };
      database = openDatabase(location);
      await migrateUp(database);
      account = await createAccount(database);
    });
    after(async () => {
      await running?.end('SIGKILL');
      await database.destroy();
      await drop();
      await rm(folder, { recursive: true, force: true });
    });

    async function start(): Promise<ApiClient> {
      running = await startProgram(env);
      return new ApiClient(running.url, account.memberId, account.secret);
    }

    async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
      assert.ok(running);
      const program = running;
      running = null;
      return program.end(signal);
    }

    /** Sends photos all at once, kills the program at a moment, and tells how many uploads that cut off. */
    async function killDuringUploads(name: string, moment: () => Promise<unknown>): Promise<number> {
      const client = await start();
      const uploads = Promise.all(
        Array.from({ length: UPLOADS }, async (_, index) => {
          const { png } = drawWords(`${name} photo ${index}`, { width: 1200, height: 900, size: 60 });
          const headers = { Prefer: 'respond-async' };
          const response = await client.send('/api/v1/photos', png, { headers }).catch(() => null);
          // Those that the kill cuts off are nobody's promise.
          const answer = await response?.text().catch(() => null);
          if (!response || !answer) return 'cut off';
          assert.equal(response.status, 202, answer);
          accepted.push((JSON.parse(answer) as PhotoAnswer).id);
          return 'accepted';
        }),
      );
      const come = moment();
      await Promise.race([come, uploads.then(() => come)]);
      await end('SIGKILL');
      return (await uploads).filter((outcome) => outcome === 'cut off').length;
    }

    test('leaves a file half-way that was arriving', async () => {
      const client = await start();
      await sendHalf(client, running?.url ?? '');
      await until(async () => (await bytesIn(path.join(uploadsDir, 'incoming'))) > 0);
      await end('SIGKILL');
      assert.ok((await bytesIn(path.join(uploadsDir, 'incoming'))) > 0);
    });

    test('leaves uploads unanswered when it dies as the first is stored', async () => {
      const before = (await storedIds(uploadsDir)).length;
      const cutOff = await killDuringUploads('Stored', () =>
        until(async () => (await storedIds(uploadsDir)).length > before),
      );
      assert.ok(cutOff > 0);
    });

    test('leaves accepted photos to be analysed when it dies at the first answer', async () => {
      const before = accepted.length;
      await killDuringUploads('Answered', () => until(async () => accepted.length > before));
      assert.ok(accepted.length > before);
      assert.ok((await idsOf(database, 'queued')).length > 0);
    });

    test('leaves some analysed and some not when it dies between', async () => {
      const before = accepted.length;
      await killDuringUploads('Between', () =>
        until(async () => {
          const analysed = await idsOf(database, 'analysed');
          return accepted.slice(before).some((id) => analysed.includes(id));
        }),
      );
      assert.ok((await idsOf(database, 'queued')).length > 0);
    });

    test('ends soon when it is told to, whatever waits', async () => {
      const client = await start();
      const headers = { Prefer: 'respond-async' };
      const pictures = Array.from({ length: 2 * UPLOADS }, (_, index) =>
        drawWords(`Waiting photo ${index % 10}`, { width: 1200 + index, height: 900, size: 60 }),
      );
      const answers = await Promise.all(
        pictures.map(({ png }) => client.send('/api/v1/photos', png, { headers })),
      );
      for (const answer of answers) accepted.push(((await answer.json()) as PhotoAnswer).id);
      const tooLate = delay(LONGEST_END_MS, 'too late', { ref: false });
      assert.equal(await Promise.race([end('SIGTERM'), tooLate]), 0);
      assert.ok((await idsOf(database, 'queued')).length > 0);
    });

    test('finishes after its restart what it had begun, and leaves no orphans', async () => {
      const client = await start();
      const photos = await untilAnalysed(client);
      const ids = photos.map(({ id }) => id).sort();
      for (const id of accepted) assert.ok(ids.includes(id), 'an accepted photo is lost');
      for (const photo of photos) assert.match(photo.text, /^(Stored|Answered|Between|Waiting) photo \d$/);
      assert.deepEqual(await readdir(path.join(uploadsDir, 'incoming')), []);
      assert.deepEqual(await storedIds(uploadsDir), ids);
      assert.equal(await end('SIGTERM'), 0);
    });
  });
}

async function createAccount(database: Database): Promise<{ memberId: string; secret: string }> {
  const members = new MemberRepository(database);
  const logger = createLogger('silent', false);
  const { id } = await members.create({ name: 'Ada', email: 'ada@example.org', passwordHash: 'none' });
  const tokens = new TokenService({ tokens: new TokenRepository(database), logger });
  return { memberId: id, secret: (await tokens.create(id, { name: 'test', scope: 'write' })).secret };
}

/** Sends the first half of an upload and nothing more. */
async function sendHalf({ authorization }: ApiClient, url: string): Promise<void> {
  const { png } = drawWords('Half a photo', { width: 1200, height: 900, size: 60 });
  const head =
    '--half\r\nContent-Disposition: form-data; name="photo"; filename="half.png"\r\nContent-Type: image/png\r\n\r\n';
  const call = request(`${url}/api/v1/photos`, {
    method: 'POST',
    headers: {
      ...authorization,
      'Content-Type': 'multipart/form-data; boundary=half',
      'Content-Length': head.length + png.length + '\r\n--half--\r\n'.length,
    },
  });
  call.on('error', () => {});
  call.write(head);
  call.write(png.subarray(0, png.length / 2));
}

/** How many bytes the files right below a folder have. */
async function bytesIn(folder: string): Promise<number> {
  const sizes = (await readdir(folder)).map(async (name) => (await stat(path.join(folder, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function storedIds(uploadsDir: string): Promise<string[]> {
  const shelves = path.join(uploadsDir, 'photos');
  const names = await readdir(shelves).catch(() => []);
  const ids = await Promise.all(names.map((shelf) => readdir(path.join(shelves, shelf))));
  return ids.flat().sort();
}

async function idsOf(database: Database, status: string): Promise<string[]> {
  const rows = await database('photos').where({ status }).select('id');
  return rows.map(({ id }) => id);
}

async function untilAnalysed(client: ApiClient): Promise<PhotoAnswer[]> {
  let photos: PhotoAnswer[] = [];
  await until(async () => {
    photos = (await client.get<{ items: PhotoAnswer[] }>('/api/v1/photos?limit=100')).items;
    return photos.every(({ status }) => status === 'analysed');
  });
  return photos;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 6000; tries++) {
    if (await holds()) return;
    await delay(5);
  }
  throw new Error('what was waited for did not come');
}
