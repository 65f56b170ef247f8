import { availableParallelism } from 'node:os';
import type { StoredPicture } from './bench-pictures.ts';
import { RivalProcess } from './rival-process.ts';

/** The most that the machine can do: one process for each core that decodes and detects from memory without a pause. */
export class RawThroughput implements AsyncDisposable {
  readonly #processes: readonly RivalProcess[];

  private constructor(processes: readonly RivalProcess[]) {
    this.#processes = processes;
  }

  static async start(): Promise<RawThroughput> {
    const file = new URL('./raw-detector-process.ts', import.meta.url);
    const starting = Array.from({ length: availableParallelism() }, () => RivalProcess.start(file, ['one']));
    return new RawThroughput(await Promise.all(starting));
  }

  /** Photos a second, all processes together. */
  async measure(photos: readonly StoredPicture[], photosPerProcess: number): Promise<number> {
    const work = Array.from({ length: photosPerProcess }, (_, i) => photos[i % photos.length]?.file ?? '');
    const rates = this.#processes.map(async (process) => {
      const took = await process.run(work);
      return (took.length / took.reduce((sum, ms) => sum + ms, 0)) * 1000;
    });
    return (await Promise.all(rates)).reduce((sum, rate) => sum + rate, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#processes.map((process) => process[Symbol.asyncDispose]()));
  }
}
