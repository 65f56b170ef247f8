// Runs before the commands of package.json: installs, builds and exports the models, each only when it is missing or stale.
// `node scripts/prepare.js install` only installs. Uses nothing but Node, since nothing may be installed yet.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.dirname(import.meta.dirname);
const LEAST_NODE = [20, 19];

/** A step whose result depends on files; `stamp` keeps the digest of those that the result was made from. */
const STEPS = [
  {
    stamp: 'node_modules/.detectx-installed',
    // Not package.json: npm itself refuses a lock file that does not fit it, and a changed script is no reason to install.
    sources: ['package-lock.json', '.npmrc'],
    needs: `${process.platform}-${process.arch}-${process.versions.modules}`,
    progress: 'Installing dependencies (about a minute the first time)',
    run: () => execute('npm', ['ci', '--include=dev', '--loglevel=error']),
  },
  {
    stamp: 'dist/.detectx-built',
    sources: ['src', 'migrations', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'],
    needs: '',
    progress: 'Building',
    run: () => {
      rmSync(path.join(ROOT, 'dist'), { recursive: true, force: true });
      execute('npm', ['run', '--silent', 'build']);
    },
  },
];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1])) {
  fail(`DetectX needs Node ${LEAST_NODE.join('.')} or newer; this is ${process.versions.node}.`);
}
const installOnly = process.argv[2] === 'install';
for (const step of installOnly ? STEPS.slice(0, 1) : STEPS) {
  const digest = digestOf(step);
  if (readStamp(step.stamp) === digest) continue;
  process.stdout.write(`${step.progress} ...\n`);
  step.run();
  writeFileSync(path.join(ROOT, step.stamp), digest);
}
// Notices by hashes of its own what is missing, stale or damaged.
if (!installOnly) execute('node', ['dist/src/cli/export-models.js']);

function digestOf({ sources, needs }) {
  const hash = createHash('sha256').update(needs);
  for (const file of sources.flatMap(filesOf)) hash.update(file).update(readFileSync(path.join(ROOT, file)));
  return hash.digest('hex');
}

function filesOf(source) {
  const location = path.join(ROOT, source);
  if (path.extname(source) !== '' || source.startsWith('.')) return existsSync(location) ? [source] : [];
  return readdirSync(location, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)))
    .sort();
}

function readStamp(stamp) {
  const location = path.join(ROOT, stamp);
  return existsSync(location) ? readFileSync(location, 'utf8') : '';
}

function execute(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: 'inherit',
    // npm is a script on Windows.
    shell: process.platform === 'win32',
  });
  if (error) fail(`${command} cannot be run: ${error.message}`);
  // It has said itself what is wrong.
  if (status !== 0) process.exit(1);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
