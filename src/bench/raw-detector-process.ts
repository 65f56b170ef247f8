import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import sharp from 'sharp';
import { RawDetector } from './raw-detector.ts';
import { serveRival } from './rival-process.ts';
import { median } from './statistics.ts';

// Argument: "all", for one process that has the machine to itself, or "one", for as many processes as there are cores.

const WARM_UP_RUNS = 15;

const photos = new Map<string, Buffer>();
const oneCore = process.argv[2] === 'one';
const threads = oneCore ? 1 : availableParallelism();
if (oneCore) sharp.concurrency(1);
let detector: RawDetector | undefined;

serveRival(async (picture) => {
  const photo = photos.get(picture) ?? (await readFile(picture));
  photos.set(picture, photo);
  detector ??= oneCore ? await RawDetector.open({ threads, spinning: false }) : await fastestDetector(photo);
  return timed(detector, photo);
});

/** Spinning helps or harms, depending on the machine: whichever was faster here is the one to compare with. */
async function fastestDetector(photo: Uint8Array): Promise<RawDetector> {
  const contenders: { detector: RawDetector; ms: number }[] = [];
  for (const spinning of [true, false]) {
    const contender = await RawDetector.open({ threads, spinning });
    const took: number[] = [];
    for (let run = 0; run < WARM_UP_RUNS; run++) took.push(await timed(contender, photo));
    contenders.push({ detector: contender, ms: median(took) });
  }
  const [fastest] = contenders.sort((a, b) => a.ms - b.ms);
  if (!fastest) throw new Error('There is no session to compare with');
  return fastest.detector;
}

async function timed(contender: RawDetector, photo: Uint8Array): Promise<number> {
  const start = performance.now();
  await contender.run(photo);
  return performance.now() - start;
}
