import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Program, runScript, startProgram } from '../program.ts';

describe('folders of a running program', () => {
  let folder: string;
  let env: Record<string, string>;
  let program: Program | null = null;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'detectx-lock-'));
    env = { PORT: '0', DATA_DIR: path.join(folder, 'data'), UPLOADS_DIR: path.join(folder, 'uploads') };
  });
  after(async () => {
    await program?.end('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  test('are not touched by a second one, which says in one line what is in use', async () => {
    program = await startProgram(env);
    const arriving = path.join(folder, 'uploads', 'incoming', 'half-arrived');
    await writeFile(arriving, 'the first bytes');
    const elsewhere = path.join(folder, 'elsewhere');
    for (const [own, taken] of [
      [{}, `folder ${env.UPLOADS_DIR} (UPLOADS_DIR)`],
      [{ DATA_DIR: elsewhere }, `folder ${env.UPLOADS_DIR} (UPLOADS_DIR)`],
      [{ UPLOADS_DIR: elsewhere }, `database ${path.join(folder, 'data', 'detectx.sqlite')}`],
    ] as const) {
      const second = await runScript('src/main.ts', [], { ...env, ...own });
      assert.equal(second.code, 1);
      assert.deepEqual(second.lines, [
        'Starting ...',
        `The ${taken} is in use by another DetectX. Stop that one, or give this one its own.`,
      ]);
    }
    assert.deepEqual(await readdir(path.dirname(arriving)), ['half-arrived']);
    assert.equal((await fetch(`${program.url}/readyz`)).status, 200);
  });

  test('are free at once when it is killed', async () => {
    assert.ok(program);
    await program.end('SIGKILL');
    program = await startProgram(env);
    assert.deepEqual(await readdir(path.join(folder, 'uploads', 'incoming')), []);
    assert.equal(await program.end('SIGTERM'), 0);
    program = null;
  });

  test('are left alone when the port is taken', async () => {
    program = await startProgram(env);
    const { port } = new URL(program.url);
    const own = path.join(folder, 'own');
    const incoming = path.join(own, 'incoming');
    const other = { ...env, DATA_DIR: path.join(folder, 'own-data'), UPLOADS_DIR: own };
    const first = await startProgram(other);
    await writeFile(path.join(incoming, 'left-behind'), '');
    await first.end('SIGKILL');
    const second = await runScript('src/main.ts', [], { ...other, PORT: port });
    assert.equal(second.code, 1);
    assert.equal(
      second.lines.at(-1),
      `Port ${port} is in use by another program. Stop that, or set PORT to a free one.`,
    );
    assert.deepEqual(await readdir(incoming), ['left-behind']);
  });
});
