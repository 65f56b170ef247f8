import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { PROJECT_ROOT } from '../project-root.ts';
import { makeApiToken } from './bench-member.ts';
import { HttpClient } from './http-client.ts';

/** The built program in a process of its own, as `npm start` runs it; disposing stops it and removes all that it kept. */
export interface ServerProcess extends AsyncDisposable {
  client: HttpClient;
  /** An API token of the member that `authorise` of `startServer` chose. */
  token: string;
  /** Resident memory in bytes. */
  residentBytes(): number;
}

/**
 * Starts the program; resolves when its models are loaded.
 * @param settings environment variables beside those that every measure needs
 * @param authorise makes an API token; of a member that is just registered, unless told
 */
export async function startServer(
  settings: Record<string, string> = {},
  authorise: (client: HttpClient) => Promise<string> = makeApiToken,
): Promise<ServerProcess> {
  const folder = await mkdtemp(path.join(tmpdir(), 'detectx-bench-'));
  const child = spawn(process.execPath, [path.join(PROJECT_ROOT, 'scripts', 'start.js')], {
    cwd: PROJECT_ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: path.join(folder, 'data'),
      UPLOADS_DIR: path.join(folder, 'uploads'),
      DATABASE_URL: `sqlite:${path.join(folder, 'bench.sqlite')}`,
      LOG_LEVEL: 'warn',
      ...settings,
    },
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const client = new HttpClient(await portOf(child));
    return {
      client,
      token: await authorise(client),
      residentBytes: () => residentBytes(programOf(child.pid ?? 0)),
      [Symbol.asyncDispose]: async () => {
        client.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function portOf({ stdout }: ChildProcess): Promise<number> {
  if (!stdout) throw new Error('The server has no output to read its address from');
  for await (const line of createInterface({ input: stdout })) {
    const port = /ready: http:\/\/[^:]+:(\d+)/.exec(line)?.[1];
    if (port === undefined) continue;
    stdout.resume();
    return Number(port);
  }
  throw new Error('The server ended before it was ready');
}

/** The program itself, which the launcher has started. */
function programOf(launcher: number): number {
  return Number(execFileSync('ps', ['-o', 'pid=', '--ppid', String(launcher)], { encoding: 'utf8' }));
}

function residentBytes(pid: number): number {
  const status = `/proc/${pid}/status`;
  const kilobytes = existsSync(status)
    ? /VmRSS:\s*(\d+)/.exec(readFileSync(status, 'utf8'))?.[1]
    : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(kilobytes) * 1024;
}
