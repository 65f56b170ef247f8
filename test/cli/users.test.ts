import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { PROJECT_ROOT } from '../../src/project-root.ts';
import { Browser } from '../http/browser.ts';
import { describeOnEachApp, startTestApp, type TestApp } from '../test-app.ts';

const PASSWORD = 'correct horse battery 9';

/** Runs the command beside the running program. */
async function users(app: TestApp, argument: string, input = ''): Promise<{ code: number; output: string }> {
  const { config } = app.services;
  const { database } = config;
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'src/cli/users.ts', ...argument.split(' ').filter(Boolean)],
    {
      cwd: PROJECT_ROOT,
      env: {
        PATH: process.env.PATH,
        DATA_DIR: config.dataDir,
        DATABASE_URL: database.dialect === 'sqlite' ? `sqlite:${database.file}` : database.url,
      },
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  return { code, output };
}

describeOnEachApp('npm run users', (app) => {
  test('creates, promotes, demotes and lists, while the site is running', async () => {
    const first = await users(app(), 'create --email Root@Example.org --role admin', `${PASSWORD}\n`);
    assert.deepEqual(first, { code: 0, output: 'Created root@example.org (admin).\n' });
    const second = await users(app(), 'create --email ada@example.org --name Ada', PASSWORD);
    assert.deepEqual(second, { code: 0, output: 'Created ada@example.org (member).\n' });
    const ada = new Browser(app().server);
    await ada.logIn('ada@example.org', PASSWORD);
    assert.equal((await ada.get('/admin')).status, 403);
    assert.match((await users(app(), 'promote ada@example.org')).output, /is now an admin/);
    assert.equal((await ada.get('/photos')).status, 303);
    await ada.logIn('ada@example.org', PASSWORD);
    assert.equal((await ada.get('/admin')).status, 200);
    assert.match((await users(app(), 'demote root@example.org')).output, /is now a member/);
    const { output } = await users(app(), 'list');
    assert.match(output, /^ada@example\.org\tadmin\tactive\t.*\nroot@example\.org\tmember\tactive\t.*\n$/);
    assert.match((await ada.get('/admin/audit')).text, /Created an account/);
  });
});

describe('npm run users', () => {
  test('refuses what the pages refuse, in words', async () => {
    const app = await startTestApp();
    try {
      await app.services.accounts.register({ name: 'Ada', email: 'ada@example.org', password: PASSWORD });
      const cases: [string, string, RegExp][] = [
        ['create --email weak@example.org', 'password1\n', /^This password is easy to guess/],
        ['create --email weak@example.org', '', /^Enter a password of at least 8 characters\.\n$/],
        ['create --email nonsense', PASSWORD, /^Enter an e-mail address/],
        [
          'create --email ada@example.org',
          PASSWORD,
          /^There is an account with this e-mail address already\.\n$/,
        ],
        ['demote ada@example.org', '', /^This is the only admin/],
        ['promote nobody@example.org', '', /^There is no account with the address nobody@example\.org\.\n$/],
        ['create --email x@example.org --role root', PASSWORD, /^npm run users -- list/],
        ['create --email x@example.org --password secret', PASSWORD, /npm run users -- list/],
        ['', '', /^npm run users -- list/],
      ];
      for (const [argument, input, message] of cases) {
        const { code, output } = await users(app, argument, input);
        assert.equal(code, 1, argument);
        assert.match(output, message);
        assert.doesNotMatch(output, /at .*\.ts:\d/);
      }
    } finally {
      await app.close();
    }
  });
});
