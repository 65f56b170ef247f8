import { BenchBrowser } from './bench-member.ts';
import type { HttpClient } from './http-client.ts';
import { seededRandom } from './random.ts';
import { inMilliseconds, type ResultRow, times } from './result-table.ts';
import { startServer } from './server-process.ts';
import { median, percentile } from './statistics.ts';

const TRIES = 200;
/** Each address is tried so seldom that no throttle steps in. */
const ADDRESSES = 20;
const SHUFFLES = 2000;

/**
 * How far apart a refused login of a known and of an unknown address are in time, against what chance makes of the same
 * times: the difference of medians that shuffled labels stay below in 95 of 100 cases (a permutation test).
 */
export async function measureLogin(): Promise<ResultRow[]> {
  await using server = await startServer({ TRUST_PROXY: 'true' });
  const known = Array.from({ length: ADDRESSES }, (_, i) => `known${i}@example.com`);
  const unknown = Array.from({ length: ADDRESSES }, (_, i) => `other${i}@example.com`);
  for (const email of known) await new BenchBrowser(server.client).register(email);

  const took = { known: [] as number[], unknown: [] as number[] };
  const visitor = await Visitor.open(server.client);
  for (let i = 0; i < TRIES; i++) {
    const at = i % ADDRESSES;
    // In turns, and each first as often as second, so that what else the machine does meets both alike.
    const kinds = i % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const);
    for (const kind of kinds) {
      const email = (kind === 'known' ? known : unknown)[at] ?? '';
      took[kind].push(await visitor.refusedLogin(email, i));
    }
  }
  const apart = Math.abs(median(took.known) - median(took.unknown));
  const chance = percentile(shuffledDifferences([...took.known, ...took.unknown]), 95);
  return [
    {
      measure: `login, known against unknown address, ${TRIES} tries each`,
      figure: `${inMilliseconds(apart)} apart (of ${inMilliseconds(median(took.known))})`,
      against: 'what chance does to the same times, 95th percentile',
      rawFigure: inMilliseconds(chance),
      ratio: times(apart / chance),
      atLeast: 'at most 1x',
      aim: '',
    },
  ];
}

class Visitor {
  readonly #browser: BenchBrowser;
  readonly #token: string;

  private constructor(browser: BenchBrowser, token: string) {
    this.#browser = browser;
    this.#token = token;
  }

  static async open(client: HttpClient): Promise<Visitor> {
    const browser = new BenchBrowser(client);
    return new Visitor(browser, await browser.visit('/login'));
  }

  /** Milliseconds that a login with a wrong password takes. */
  async refusedLogin(email: string, round: number): Promise<number> {
    const { status, ms } = await this.#browser.submit(
      '/login',
      { _csrf: this.#token, email, password: 'not the password' },
      // From ever other networks, as seen by a proxy.
      { 'X-Forwarded-For': `10.0.${Math.floor(round / 250)}.${round % 250}` },
    );
    if (status !== 401) throw new Error(`A login with a wrong password was answered by ${status}`);
    return ms;
  }
}

function shuffledDifferences(values: readonly number[]): number[] {
  const random = seededRandom(1);
  return Array.from({ length: SHUFFLES }, () => {
    const shuffled = values
      .map((value) => ({ value, key: random() }))
      .sort((a, b) => a.key - b.key)
      .map(({ value }) => value);
    const half = shuffled.length / 2;
    return Math.abs(median(shuffled.slice(0, half)) - median(shuffled.slice(half)));
  });
}
