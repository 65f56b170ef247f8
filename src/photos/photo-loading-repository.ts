import type { Database } from '../database/database.ts';
import type { Photo } from './photo.ts';
import { type DetectionRow, type LineRow, type PhotoRow, photoFromRow } from './photo-row.ts';

/** Puts photos together from their rows, in their order, with what was found in them. */
export async function loadPhotos(database: Database, rows: readonly PhotoRow[]): Promise<Photo[]> {
  const ids = rows.filter((row) => row.status === 'analysed').map((row) => row.id);
  if (ids.length === 0) return rows.map((row) => photoFromRow(row, [], []));
  const [detections, lines] = await Promise.all([
    database<DetectionRow>('detections').whereIn('photo_id', ids).orderBy(['photo_id', 'position']),
    database<LineRow>('text_lines').whereIn('photo_id', ids).orderBy(['photo_id', 'position']),
  ]);
  const detectionsOf = byPhoto(detections);
  const linesOf = byPhoto(lines);
  return rows.map((row) => photoFromRow(row, detectionsOf.get(row.id) ?? [], linesOf.get(row.id) ?? []));
}

function byPhoto<Row extends { photo_id: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.photo_id);
    if (group) group.push(row);
    else groups.set(row.photo_id, [row]);
  }
  return groups;
}
