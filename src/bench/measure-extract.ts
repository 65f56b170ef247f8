import type { BenchPictures, StoredPicture } from './bench-pictures.ts';
import { photoUpload } from './photo-upload.ts';
import { inMilliseconds, type ResultRow, times } from './result-table.ts';
import { RivalProcess } from './rival-process.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { median } from './statistics.ts';
import { tesseractVersion, timeTesseract } from './tesseract.ts';

const ROUNDS = 3;

interface Rival {
  name: string;
  time: (receipt: StoredPicture) => Promise<number>;
  /** Times faster than the rival. */
  atLeast: string;
  aim: string;
}

/**
 * Receipts through the API, against other programs that read text: each receipt by all of them in turn, several
 * rounds; the ratio is the median over receipts and rounds.
 */
export async function measureExtract(
  { receipts }: BenchPictures,
  say: (line: string) => void,
): Promise<ResultRow[]> {
  await using server = await startServer();
  await using gutenye = await RivalProcess.start(new URL('./gutenye-process.ts', import.meta.url));
  const rivals: Rival[] = [
    {
      name: '@gutenye/ocr-node',
      time: async ({ file }) => median(await gutenye.run([file])),
      atLeast: '3.5x faster',
      aim: '5.5x',
    },
  ];
  const version = await tesseractVersion();
  if (version) {
    const name = `tesseract ${version}, OMP_THREAD_LIMIT=1`;
    rivals.push({ name, time: ({ file }) => timeTesseract(file), atLeast: '1.1x faster', aim: '1.5x' });
  } else {
    say('Left out: tesseract is not installed, so receipts are not compared with it.');
  }
  const results = rivals.map((rival) => ({ ...rival, took: [] as number[], ratios: [] as number[] }));
  const ours: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    for (const receipt of receipts) {
      // The smaller of two, each next to a rival, would flatter; their mean is what a caller gets.
      const before = await timeExtract(server, receipt);
      const theirs = [];
      for (const { time } of rivals) theirs.push(await time(receipt));
      const mean = (before + (await timeExtract(server, receipt))) / 2;
      if (round === 0) continue; // Everything is loaded and warm after it.
      ours.push(mean);
      for (const [i, ms] of theirs.entries()) {
        results[i]?.took.push(ms);
        results[i]?.ratios.push(ms / mean);
      }
    }
  }
  return results.map(({ name, took, ratios, atLeast, aim }) => ({
    measure: 'a receipt scan through the API, median',
    figure: inMilliseconds(median(ours)),
    against: name,
    rawFigure: inMilliseconds(median(took)),
    ratio: `${times(median(ratios))} faster`,
    atLeast,
    aim,
  }));
}

async function timeExtract({ client, token }: ServerProcess, receipt: StoredPicture): Promise<number> {
  return (await client.callWell(photoUpload('/api/v1/extract', receipt, token))).ms;
}
