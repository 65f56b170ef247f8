import { parentPort, workerData } from 'node:worker_threads';
import sharp from 'sharp';
import { RawDetector } from './raw-detector.ts';

/** Asks the thread to work until a time, given in the clock that all threads share; it answers how many photos it did. */
export interface RawThreadSettings {
  photos: readonly Uint8Array[];
}

const { photos } = workerData as RawThreadSettings;
sharp.concurrency(1);
const detector = await RawDetector.open({ threads: 1, spinning: false });
for (const photo of photos) await detector.run(photo);

parentPort?.on('message', async (milliseconds: number) => {
  const end = performance.now() + milliseconds;
  let done = 0;
  while (performance.now() < end) {
    const photo = photos[done % photos.length];
    if (photo) await detector.run(photo);
    done++;
  }
  parentPort?.postMessage(done);
});
parentPort?.postMessage('ready');
