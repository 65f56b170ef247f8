// Starts the built program with settings that a process must have before it begins.
import { spawn } from 'node:child_process';
import path from 'node:path';

const ROOT = path.dirname(import.meta.dirname);

/**
 * For glibc's memory: pictures and tensors come and go in all sizes on many threads, and what is given back would
 * otherwise stay with the process. Large pieces are returned at once this way; other systems ignore it.
 */
const MEMORY = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '524288',
  MALLOC_TRIM_THRESHOLD_: '524288',
};

/**
 * For V8's memory, in megabytes: several times what is ever in use. Without a bound it lets the heap of a young process
 * grow to four times what is in use before it looks for what is not. NODE_OPTIONS can say otherwise.
 */
const HEAP = (process.env.NODE_OPTIONS ?? '').includes('--max-old-space-size')
  ? []
  : ['--max-old-space-size=1024'];

/** TensorFlow, where it runs in the process, would tell on standard error how it gets ready. */
const TENSORFLOW = { TF_CPP_MIN_LOG_LEVEL: '2' };

const program = spawn(process.execPath, [...HEAP, path.join(ROOT, 'dist', 'src', 'main.js')], {
  // Over the fourth channel the program learns when this launcher is gone, however it went.
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env: { ...MEMORY, ...TENSORFLOW, ...process.env },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => program.kill('SIGTERM'));

// npm ends at a signal without passing it on to what it has started.
const starter = process.ppid;
if (process.env.npm_lifecycle_event) {
  setInterval(() => process.ppid === starter || program.kill('SIGTERM'), 1000).unref();
}
program.once('exit', (code) => process.exit(code ?? 1));
