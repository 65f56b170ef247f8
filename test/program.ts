import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');
const TSX = import.meta.resolve('tsx');

/** The program in a process of its own, as `npm start` runs it. */
export interface Program {
  /** `http://127.0.0.1:<port>` */
  url: string;
  /** Ends it; resolves with its exit code, `null` for a killed one. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>;
}

/**
 * Starts the program; resolves when it is ready.
 * @throws Error with everything it wrote when it ends before.
 */
export async function startProgram(env: Record<string, string>): Promise<Program> {
  const { child, output } = spawnScript('src/main.ts', [], env);
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const ready = /ready: (http:\S+)/.exec(output())?.[1];
      if (ready) resolve(ready.replace('localhost', '127.0.0.1'));
    });
    exited.then(() => reject(new Error(output())), reject);
  });
  return {
    url,
    async end(signal) {
      child.kill(signal);
      return (await exited)[0];
    },
  };
}

/** Runs one of the program's scripts to its end. `lines` is what it wrote, without empty lines. */
export async function runScript(
  script: string,
  args: readonly string[],
  env: Record<string, string>,
  cwd?: string,
): Promise<{ code: number | null; lines: string[] }> {
  const { child, output } = spawnScript(script, args, env, cwd);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, lines: output().split('\n').filter(Boolean) };
}

function spawnScript(
  script: string,
  args: readonly string[],
  env: Record<string, string>,
  cwd = ROOT,
): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, ['--import', TSX, path.join(ROOT, script), ...args], {
    cwd,
    env: { ...process.env, LOG_LEVEL: 'silent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
  }
  return { child, output: () => text };
}
