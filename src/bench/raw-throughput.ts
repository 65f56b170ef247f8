import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { RawThreadSettings } from './raw-throughput-thread.ts';

/** What the machine can do at most: one thread for each core that decodes and detects without a pause. */
export class RawThroughput {
  readonly #threads: readonly Worker[];

  private constructor(threads: readonly Worker[]) {
    this.#threads = threads;
  }

  static async start(file: URL, photos: readonly Uint8Array[]): Promise<RawThroughput> {
    const workerData: RawThreadSettings = { photos };
    const threads = Array.from({ length: availableParallelism() }, () => new Worker(file, { workerData }));
    await Promise.all(threads.map((thread) => once(thread, 'message')));
    return new RawThroughput(threads);
  }

  /** Photos a second, measured for the given time. */
  async measure(milliseconds: number): Promise<number> {
    const start = performance.now();
    const counts = this.#threads.map(async (thread) => {
      thread.postMessage(milliseconds);
      const [count] = await once(thread, 'message');
      return Number(count);
    });
    const total = (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    return (total / (performance.now() - start)) * 1000;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }
}
