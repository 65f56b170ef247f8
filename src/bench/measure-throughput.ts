import { setTimeout as pause } from 'node:timers/promises';
import type { BenchPictures } from './bench-pictures.ts';
import type { Call, HttpClient } from './http-client.ts';
import { photoUpload } from './photo-upload.ts';
import { RawThroughput } from './raw-throughput.ts';
import { inMilliseconds, type ResultRow } from './result-table.ts';
import { startServer } from './server-process.ts';
import { median, percentile } from './statistics.ts';

const CLIENTS = 8;
const BLOCKS = 6;
const BLOCK_MS = 4000;
/** Photos that each core gets in a block: about as long a block as that of the clients. */
const RAW_PHOTOS = 120;
const WARM_UP_MS = 2000;
const PAGE_MS = 12_000;
const PAGE_EVERY_MS = 40;

/** Eight clients at once, against threads that do nothing but decode and detect; and a page meanwhile. */
export async function measureThroughput({ photos }: BenchPictures): Promise<ResultRow[]> {
  await using server = await startServer();
  await using raw = await RawThroughput.start();
  const { client, token } = server;
  const calls = photos.map((photo) => photoUpload('/api/v1/detect?tasks=objects', photo, token));
  const ours: number[] = [];
  const theirs: number[] = [];
  await photosPerSecond(client, calls, WARM_UP_MS);
  await raw.measure(photos, photos.length);
  for (let block = 0; block < BLOCKS; block++) {
    ours.push(await photosPerSecond(client, calls, BLOCK_MS));
    theirs.push(await raw.measure(photos, RAW_PHOTOS));
  }
  const alone = await pageTimes(client, PAGE_MS / 4);
  const [loaded] = await Promise.all([pageTimes(client, PAGE_MS), photosPerSecond(client, calls, PAGE_MS)]);
  return [
    {
      measure: `throughput, ${CLIENTS} clients, 1080p photos, objects only`,
      figure: `${median(ours).toFixed(1)} photos/s`,
      against: 'decode and raw session, one thread per core',
      rawFigure: `${median(theirs).toFixed(1)} photos/s`,
      ratio: median(ours.map((rate, i) => rate / (theirs[i] ?? Number.NaN))).toFixed(2),
      atLeast: '0.85',
      aim: '0.95',
    },
    {
      measure: '/login under that load, 95th percentile',
      figure: inMilliseconds(percentile(loaded, 95)),
      against: 'its median; the same page without load',
      rawFigure: `${inMilliseconds(median(loaded))}; ${inMilliseconds(percentile(alone, 95))}`,
      ratio: '',
      atLeast: '50 ms',
      aim: '20 ms',
    },
  ];
}

/** Keeps every client busy for a time; each sends its next photo when it has the answer to the one before. */
async function photosPerSecond(
  client: HttpClient,
  calls: readonly Call[],
  milliseconds: number,
): Promise<number> {
  const start = performance.now();
  const answeredAt: number[] = [];
  const work = Array.from({ length: CLIENTS }, async (_, first) => {
    for (let turn = first; performance.now() - start < milliseconds; turn++) {
      const call = calls[turn % calls.length];
      if (call) await client.callWell(call);
      answeredAt.push(performance.now());
    }
  });
  await Promise.all(work);
  return (answeredAt.length / (Math.max(...answeredAt) - start)) * 1000;
}

/** Milliseconds of each of many visits to the login page, one after the other. */
async function pageTimes(client: HttpClient, milliseconds: number): Promise<number[]> {
  const start = performance.now();
  const took: number[] = [];
  while (performance.now() - start < milliseconds) {
    took.push((await client.callWell({ path: '/login' })).ms);
    await pause(PAGE_EVERY_MS);
  }
  return took;
}
