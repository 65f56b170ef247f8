import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { explainStart } from '../../src/explain-start.ts';
import { assertEngineInstalled } from '../../src/inference/open-engine.ts';
import { runScript } from '../program.ts';
import { createTestDatabase, mySqlAnswers } from '../test-database.ts';

const tfjsNodeInstalled = await assertEngineInstalled('tfjs-node').then(
  () => true,
  () => false,
);

describe('a start that cannot be says why in one line', () => {
  let folder: string;
  let env: Record<string, string>;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'detectx-start-'));
    env = { PORT: '0', DATA_DIR: path.join(folder, 'data'), UPLOADS_DIR: path.join(folder, 'uploads') };
    await writeFile(path.join(folder, 'file'), 'no database');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const refusal = async (own: Record<string, string>) => {
    const { code, lines } = await runScript('src/main.ts', [], { ...env, ...own });
    assert.equal(code, 1, lines.join('\n'));
    assert.deepEqual(lines.slice(0, -1), 'OCR_CHARSET' in own ? [] : ['Starting ...']);
    return lines.at(-1) ?? '';
  };

  test('a wrong setting', async () => {
    assert.equal(await refusal({ OCR_CHARSET: 'greek' }), 'OCR_CHARSET is "greek"; it takes latin or full.');
  });

  test('a database that does not answer', async () => {
    assert.equal(
      await refusal({ DATABASE_URL: 'mysql://root@127.0.0.1:1/detectx' }),
      'The database cannot be reached: connect ECONNREFUSED 127.0.0.1:1. Start it, or set DATABASE_URL to where it is.',
    );
  });

  test('a database with another password, or none of this name', { skip: !mySqlAnswers }, async () => {
    const { location, drop } = await createTestDatabase('mysql');
    assert.ok(location.dialect === 'mysql');
    try {
      const stranger = new URL(location.url);
      stranger.username = 'nobody';
      stranger.password = 'wrong';
      assert.match(
        await refusal({ DATABASE_URL: stranger.href }),
        /^The database refuses the user of DATABASE_URL: Access denied for user 'nobody'/,
      );
      const message = await refusal({ DATABASE_URL: `${location.url}_gone` });
      assert.match(
        message,
        /^Unknown database 'detectx_test_\w+_gone': create it, or set DATABASE_URL to another\.$/,
      );
    } finally {
      await drop();
    }
  });

  test('a file that is no database', async () => {
    assert.equal(
      await refusal({ DATABASE_URL: `sqlite:${path.join(folder, 'file')}` }),
      'The file of DATABASE_URL is not an SQLite database, or it is damaged.',
    );
    const beside = (await readdir(folder)).filter((name) => name.startsWith('file'));
    assert.deepEqual(beside, ['file'], 'nothing is left beside it');
  });

  test('a folder that cannot be made', async () => {
    const uploads = path.join(folder, 'file', 'uploads');
    assert.equal(
      await refusal({ UPLOADS_DIR: uploads }),
      `${uploads} cannot be used: a part of this path is a file, not a folder.`,
    );
  });

  test('a folder where none can be made', { skip: process.platform !== 'linux' }, async () => {
    for (const name of ['UPLOADS_DIR', 'DATA_DIR']) {
      // The second is what it says to others than root.
      assert.match(
        await refusal({ [name]: '/proc/detectx/of/mine' }),
        /^\/proc\/detectx cannot be used: (nothing can be made in \/proc|this user has no right to it)\.$/,
      );
    }
  });

  test('an address of another machine', async () => {
    // 192.0.2.0/24 is kept for examples: no machine has such an address.
    assert.equal(
      await refusal({ HOST: '192.0.2.1' }),
      'HOST is "192.0.2.1", which is not an address of this machine.',
    );
  });

  test('an engine that is not installed', { skip: tfjsNodeInstalled && 'it is installed here' }, async () => {
    assert.equal(
      await refusal({ INFERENCE_ENGINE: 'tfjs-node' }),
      'INFERENCE_ENGINE=tfjs-node needs @tensorflow/tfjs-node, which is not installed; run: npm install --no-save --foreground-scripts @tensorflow/tfjs-node@4.22',
    );
  });

  test('a folder without rights, a full disk, a read-only one', () => {
    const error = (code: string, place?: string) =>
      explainStart(Object.assign(new Error(`${code}: no`), { code, path: place }));
    assert.equal(error('EACCES', '/srv/photos'), '/srv/photos cannot be used: this user has no right to it.');
    assert.equal(error('EROFS', '/srv/photos'), '/srv/photos cannot be used: its file system is read-only.');
    assert.equal(error('ENOSPC'), 'A file cannot be used: no space is left on its disk.');
    assert.match(explainStart(new Error('a fault of ours')), /^Error: a fault of ours\n +at /);
  });
});

describe('the file .env', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'detectx-env-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('stands behind the environment, and before an empty variable of it', async () => {
    await writeFile(path.join(folder, '.env'), 'LOG_LEVEL=from-file\n');
    const said = async (level: string) =>
      (await runScript('src/cli/migrate.ts', [], { DATA_DIR: folder, LOG_LEVEL: level }, folder)).lines[0];
    assert.match((await said('')) ?? '', /^LOG_LEVEL is "from-file"/);
    assert.match((await said('  ')) ?? '', /^LOG_LEVEL is "from-file"/);
    assert.match((await said('from-shell')) ?? '', /^LOG_LEVEL is "from-shell"/);
  });
});
