import { setInterval } from 'node:timers/promises';
import { BenchBrowser } from './bench-member.ts';
import type { HistoryQuery } from './history-queries.ts';
import { memberEmail } from './seed-record.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const TRIES = 5;
const SEARCH_TRIES = 20;
const LOOK_EVERY_MS = 200;

/** A query, and the milliseconds that it took each time. */
export interface MeasuredQuery {
  query: HistoryQuery;
  ms: number[];
}

/** Asks the program, running on a record, as the admin who is also the member with most photos. */
export class RecordProbe implements AsyncDisposable {
  readonly #server: ServerProcess;
  readonly #browser: BenchBrowser;
  readonly #headers: { Authorization: string };

  private constructor(server: ServerProcess, browser: BenchBrowser) {
    this.#server = server;
    this.#browser = browser;
    this.#headers = { Authorization: `Bearer ${server.token}` };
  }

  /** @param databaseUrl As the setting `DATABASE_URL`. */
  static async open(databaseUrl: string): Promise<RecordProbe> {
    const server = await startServer({ DATABASE_URL: databaseUrl }, async (client) => {
      const browser = new BenchBrowser(client);
      await browser.login(memberEmail(0));
      return browser.makeApiToken();
    });
    const browser = new BenchBrowser(server.client);
    await browser.login(memberEmail(0));
    return new RecordProbe(server, browser);
  }

  /** Milliseconds of each query, several times each; the first time does not count. */
  async ask(queries: readonly HistoryQuery[], tries = TRIES): Promise<MeasuredQuery[]> {
    const measured: MeasuredQuery[] = [];
    for (const query of queries) measured.push({ query, ms: await this.#times(query.path, tries) });
    return measured;
  }

  /** Milliseconds to search a word in the own photos, and in the history of all. */
  async search(word: string): Promise<{ photos: number[]; history: number[] }> {
    return {
      photos: await this.#times(`/api/v1/photos?text=${word}`, SEARCH_TRIES),
      history: await this.#times(`/api/v1/admin/detections?text=${word}`, SEARCH_TRIES),
    };
  }

  /** Milliseconds of the statistics as page and by the API. */
  async statistics(): Promise<{ page: number[]; api: number[] }> {
    const page: number[] = [];
    for (let i = 0; i <= SEARCH_TRIES; i++) page.push((await this.#browser.open('/admin')).ms);
    return { page: page.slice(1), api: await this.#times('/api/v1/admin/stats', SEARCH_TRIES) };
  }

  /** Takes the whole history away as CSV, and looks at the memory of the program meanwhile. */
  async export(): Promise<{ lines: number; grownBytes: number; seconds: number }> {
    const before = this.#server.residentBytes();
    let most = before;
    const ended = new AbortController();
    const watching = (async () => {
      for await (const _ of setInterval(LOOK_EVERY_MS, undefined, { signal: ended.signal })) {
        most = Math.max(most, this.#server.residentBytes());
      }
    })().catch(() => {});
    const start = performance.now();
    const lines = await this.#server.client.countLines({
      path: '/api/v1/admin/detections',
      headers: { ...this.#headers, Accept: 'text/csv' },
    });
    const seconds = (performance.now() - start) / 1000;
    ended.abort();
    await watching;
    return { lines, grownBytes: most - before, seconds };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }

  async #times(path: string, tries: number): Promise<number[]> {
    const call = { path, headers: this.#headers };
    await this.#server.client.callWell(call);
    const times: number[] = [];
    for (let i = 0; i < tries; i++) times.push((await this.#server.client.callWell(call)).ms);
    return times;
  }
}
