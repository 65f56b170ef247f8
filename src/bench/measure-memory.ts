import { setTimeout as pause } from 'node:timers/promises';
import { mixedPictures } from './mixed-pictures.ts';
import { photoUpload } from './photo-upload.ts';
import { type ResultRow, times } from './result-table.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const FIRST = 50;
const LAST = 500;
const CLIENTS = 3;
/** Time for what is still in flight to end and be let go. */
const REST_MS = 1500;

/** Memory that the program holds after many photos against after a few: what leaks, grows. */
export async function measureMemory(say: (line: string) => void): Promise<ResultRow[]> {
  await using server = await startServer();
  const pictures = mixedPictures(7);
  let sent = 0;
  const sendUntil = async (count: number) => {
    const clients = Array.from({ length: CLIENTS }, async () => {
      while (sent < count) {
        sent++;
        if (sent % 100 === 0) say(`  photo ${sent} of ${LAST}`);
        const { value } = await pictures.next();
        await server.client.callWell(photoUpload(value.path, value, server.token));
      }
    });
    await Promise.all(clients);
    return residentAtRest(server);
  };
  const few = await sendUntil(FIRST);
  const many = await sendUntil(LAST);
  return [
    {
      measure: `memory after ${LAST} mixed photos`,
      figure: inMegabytes(many),
      against: `after ${FIRST}`,
      rawFigure: inMegabytes(few),
      ratio: times(many / few),
      atLeast: 'at most 1.05x',
      aim: '1.0x',
    },
  ];
}

async function residentAtRest(server: ServerProcess): Promise<number> {
  await pause(REST_MS);
  return server.residentBytes();
}

function inMegabytes(bytes: number): string {
  return `${Math.round(bytes / (1024 * 1024))} MB`;
}
