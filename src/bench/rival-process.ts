import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** What a rival process says: once that it is ready, then an answer to each question, or why there is none. */
export type RivalMessage =
  | { kind: 'ready' }
  | { kind: 'took'; ms: number[] }
  | { kind: 'failed'; reason: string };

/**
 * A program to compare with, in a process of its own that does nothing while others are measured. It is asked to
 * work on picture files one after the other and tells how long each took; see `serveRival`.
 */
export class RivalProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** @param file the module that calls `serveRival`. */
  static async start(file: URL, args: readonly string[] = []): Promise<RivalProcess> {
    const rival = new RivalProcess(fork(file, args));
    await rival.#message();
    return rival;
  }

  /** Milliseconds that each picture took, without reading its file where the rival takes bytes. */
  async run(pictures: readonly string[]): Promise<number[]> {
    this.#child.send(pictures);
    const message = await this.#message();
    if (message.kind !== 'took') throw new Error('The rival process did not answer what it was asked');
    return message.ms;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.disconnect();
    await once(this.#child, 'exit');
  }

  async #message(): Promise<RivalMessage> {
    const waiting = new AbortController();
    const { signal } = waiting;
    try {
      const [message] = await Promise.race([
        once(this.#child, 'message', { signal }),
        once(this.#child, 'exit', { signal }).then(() => {
          throw new Error('The rival process ended before it answered');
        }),
      ]);
      if (message.kind === 'failed') throw new Error(message.reason);
      return message;
    } finally {
      waiting.abort();
    }
  }
}

/** The other end: does the work that `RivalProcess.run` asks for, until the parent is gone. */
export function serveRival(work: (picture: string) => Promise<number>): void {
  const say = (message: RivalMessage) => process.send?.(message);
  process.on('message', async (pictures: string[]) => {
    try {
      const ms: number[] = [];
      for (const picture of pictures) ms.push(await work(picture));
      say({ kind: 'took', ms });
    } catch (error) {
      say({ kind: 'failed', reason: String(error) });
    }
  });
  say({ kind: 'ready' });
}
