import type { BenchPictures } from './bench-pictures.ts';
import { photoUpload } from './photo-upload.ts';
import { inMilliseconds, type ResultRow, times } from './result-table.ts';
import { RivalProcess } from './rival-process.ts';
import { startServer } from './server-process.ts';
import { median } from './statistics.ts';

const BLOCKS = 16;
const RUNS_PER_BLOCK = 12;
/** Photos before the first measured one. */
const WARM_UP = 20;
/** Runs at the start of a block that do not count: processor caches still hold what the other side left. */
const SETTLING = 2;

/**
 * One photo at a time, from the request to the answer, against decoding it and running the model once. Both sides
 * take turns in short blocks, so that what else the machine does meets both alike; the ratio is the median of the blocks'.
 */
export async function measureDetect({ photos }: BenchPictures): Promise<ResultRow[]> {
  await using server = await startServer();
  await using rawProcess = await RivalProcess.start(new URL('./raw-detector-process.ts', import.meta.url), [
    'all',
  ]);
  const calls = photos.map((photo) => photoUpload('/api/v1/detect?tasks=objects', photo, server.token));
  let next = 0;
  const photosOfBlock = (count: number) => Array.from({ length: count }, () => next++ % photos.length);
  const ask = async (indexes: readonly number[]) => {
    const took: number[] = [];
    for (const index of indexes) {
      const call = calls[index];
      if (call) took.push((await server.client.callWell(call)).ms);
    }
    return took;
  };
  const raw = (indexes: readonly number[]) =>
    rawProcess.run(indexes.map((index) => photos[index]?.file ?? ''));

  await ask(photosOfBlock(WARM_UP));
  await raw(photosOfBlock(WARM_UP));
  const [ours, theirs, ratios]: [number[], number[], number[]] = [[], [], []];
  for (let block = 0; block < BLOCKS; block++) {
    const indexes = photosOfBlock(SETTLING + RUNS_PER_BLOCK);
    const answered = (await ask(indexes)).slice(SETTLING);
    const computed = (await raw(indexes)).slice(SETTLING);
    ours.push(...answered);
    theirs.push(...computed);
    ratios.push(median(answered) / median(computed));
  }
  return [
    {
      measure: 'one 1080p photo, objects only, median',
      figure: inMilliseconds(median(ours)),
      against: 'decode and the fastest raw session, all cores',
      rawFigure: inMilliseconds(median(theirs)),
      ratio: times(median(ratios)),
      atLeast: 'at most 1.7x',
      aim: '1.25x',
    },
  ];
}
