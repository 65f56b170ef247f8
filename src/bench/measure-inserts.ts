import type { Database } from '../database/database.ts';
import { PhotoRepository } from '../photos/photo-repository.ts';
import { arrivingPhotos, type MemberIds } from './made-up-record.ts';
import { inMilliseconds, type ResultRow, times } from './result-table.ts';
import { median } from './statistics.ts';

const TRIES = 200;
const WARM_UP = 20;
const SIZE = { detections: 20, lines: 50 };
const UNBOUNDED = { photos: null, bytes: null };

/** A database with its members. */
export interface Place {
  database: Database;
  memberIds: MemberIds;
}

/** Time to keep one photo with what was found in it, in a large record against an empty one. */
export async function measureInserts(name: string, large: Place, empty: Place): Promise<ResultRow> {
  const [keepInLarge, keepInEmpty] = [keeper(large), keeper(empty)];
  const took = { large: [] as number[], empty: [] as number[] };
  for (let i = 0; i < WARM_UP + TRIES; i++) {
    // In turns, so that what else the machine does meets both alike.
    const [inLarge, inEmpty] = [await keepInLarge(), await keepInEmpty()];
    if (i < WARM_UP) continue;
    took.large.push(inLarge);
    took.empty.push(inEmpty);
  }
  return {
    measure: `${name}: keep one photo with ${SIZE.detections} detections, ${SIZE.lines} lines`,
    figure: inMilliseconds(median(took.large)),
    against: 'in an empty database',
    rawFigure: inMilliseconds(median(took.empty)),
    ratio: times(median(took.large) / median(took.empty)),
    atLeast: 'at most 1.5x',
    aim: '',
  };
}

function keeper({ database, memberIds }: Place): () => Promise<number> {
  const photos = new PhotoRepository(database);
  const arriving = arrivingPhotos(memberIds, SIZE);
  return async () => {
    const { value } = arriving.next();
    if (!value) throw new Error('There is no end of photos');
    const start = performance.now();
    await photos.insert(value.photo, UNBOUNDED);
    await photos.saveFindings(value.photo.id, value.photo.request, value.findings);
    return performance.now() - start;
  };
}
