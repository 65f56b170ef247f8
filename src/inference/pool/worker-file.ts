import { fileURLToPath } from 'node:url';

const RUNS_FROM_SOURCE = import.meta.url.endsWith('.ts');

/** Path of the worker's code: the source under tsx, otherwise the build. */
export const WORKER_FILE = fileURLToPath(
  new URL(RUNS_FROM_SOURCE ? './analysis-worker.ts' : './analysis-worker.js', import.meta.url),
);

/**
 * The arguments that node is to start a worker with; those of the process are not among them, since node refuses a
 * worker with arguments that concern the whole process. On Node 20 `--import tsx` reaches the main thread only: a thread
 * that runs sources registers it for itself.
 */
export function workerArguments(): string[] {
  if (!RUNS_FROM_SOURCE) return [];
  const code = `import { register } from '${import.meta.resolve('tsx/esm/api')}'; register();`;
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
}
