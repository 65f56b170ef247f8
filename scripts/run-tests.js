// Runs every test file below test/ with Node's own runner; Node 20 takes no patterns itself.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.dirname(import.meta.dirname);
const TIMEOUT_MS = 300_000;

const files = readdirSync(path.join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => path.join('test', file))
  .sort();
const { status } = spawnSync(
  process.execPath,
  [
    '--import',
    'tsx',
    '--test',
    '--test-concurrency=2',
    `--test-timeout=${TIMEOUT_MS}`,
    '--test-reporter=spec',
    ...files,
  ],
  { cwd: ROOT, stdio: 'inherit' },
);
process.exit(status ?? 1);
