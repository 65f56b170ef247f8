import type { Verdict } from '../corrections/correction-state.ts';
import type { Database } from '../database/database.ts';
import type { DetectionEntry } from './detection-history.ts';

interface EntryRow {
  id: number;
  label: string;
  score: number;
  x: number;
  y: number;
  width: number;
  height: number;
  model: string | null;
  verdict: Verdict | null;
  sequence: number;
  engine: string | null;
  photo_id: string;
  filename: string;
  photo_width: number;
  photo_height: number;
  created_at: Date | number;
  member_id: string;
  name: string;
  email: string;
}

/** Detections with their photos and whose those are, in the order of their ids here; without those that are gone. */
export async function detectionEntries(
  database: Database,
  ids: readonly number[],
): Promise<DetectionEntry[]> {
  if (ids.length === 0) return [];
  const rows: EntryRow[] = await database('detections')
    // Every detection has both. Left joins keep their order; of others MariaDB takes the members first, with all they have.
    .leftJoin('photos', 'photos.id', 'detections.photo_id')
    .leftJoin('members', 'members.id', 'photos.member_id')
    .whereIn('detections.id', ids)
    .select(
      ...['id', 'label', 'score', 'x', 'y', 'width', 'height', 'model', 'verdict', 'photo_id'].map(
        (column) => `detections.${column}`,
      ),
      ...['sequence', 'engine', 'filename', 'created_at', 'member_id'].map((column) => `photos.${column}`),
      { photo_width: 'photos.width', photo_height: 'photos.height' },
      'members.name',
      'members.email',
    );
  const byId = new Map(rows.map((row) => [Number(row.id), row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    return row ? [toEntry(row)] : [];
  });
}

function toEntry(row: EntryRow): DetectionEntry {
  return {
    id: Number(row.id),
    label: row.label,
    score: row.score,
    box: { x: row.x, y: row.y, width: row.width, height: row.height },
    photo: {
      id: row.photo_id,
      sequence: Number(row.sequence),
      filename: row.filename,
      width: row.photo_width,
      height: row.photo_height,
      createdAt: new Date(row.created_at),
    },
    user: { id: row.member_id, name: row.name, email: row.email },
    model: row.model,
    engine: row.engine,
    verdict: row.verdict,
  };
}
