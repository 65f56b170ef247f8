import type { Detection, Line, Task } from '../inference/analysis.ts';
import type { AnalysisRequest, Findings, Photo, PhotoStatus } from './photo.ts';

/** A row of `photos` as either database gives it. */
export interface PhotoRow {
  id: string;
  member_id: string;
  sequence: number;
  filename: string;
  sha256: string;
  media_type: string;
  frames: number;
  bytes: number;
  width: number;
  height: number;
  status: PhotoStatus;
  error: string | null;
  tasks: string;
  min_score: number;
  engine: string | null;
  models: string | null;
  decode_ms: number | null;
  detect_ms: number | null;
  read_ms: number | null;
  total_ms: number | null;
  created_at: Date | number;
  analysed_at: Date | number | null;
  deleted_at: Date | number | null;
}

/** A row of `detections`. */
export interface DetectionRow extends HistoryColumns {
  photo_id: string;
  position: number;
  label: string;
  score: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What a detection is asked by in the history of all detections, repeated from its photo. */
export interface HistoryColumns {
  member_id: string;
  /** That of the photo; null while it is in the trash, whose detections are in no history. */
  sequence: number | null;
  /** Version of the object detector. */
  model: string | null;
}

/** A row of `text_lines`. */
export interface LineRow {
  photo_id: string;
  position: number;
  text: string;
  score: number;
  top_left_x: number;
  top_left_y: number;
  top_right_x: number;
  top_right_y: number;
  bottom_right_x: number;
  bottom_right_y: number;
  bottom_left_x: number;
  bottom_left_y: number;
}

/** The row of a photo that waits for its analysis. */
export function toPhotoRow(photo: Photo): Partial<PhotoRow> {
  return {
    id: photo.id,
    member_id: photo.memberId,
    sequence: photo.sequence,
    filename: photo.filename,
    sha256: photo.sha256,
    media_type: photo.mediaType,
    frames: photo.frames,
    bytes: photo.bytes,
    width: photo.width,
    height: photo.height,
    status: photo.status,
    error: photo.error,
    ...toRequestColumns(photo.request),
    created_at: photo.createdAt,
  };
}

/** The columns of `photos` that say what was asked of its analysis. */
export function toRequestColumns({ tasks, minScore }: AnalysisRequest): { tasks: string; min_score: number } {
  return { tasks: tasks.join(','), min_score: minScore };
}

/** The columns of `photos` that an analysis fills. */
export function toFindingsColumns(findings: Findings): Partial<PhotoRow> {
  return {
    engine: findings.engine,
    models: JSON.stringify(findings.models),
    decode_ms: findings.timings.decodeMs,
    detect_ms: findings.timings.detectMs,
    read_ms: findings.timings.readMs,
    total_ms: findings.timings.totalMs,
    analysed_at: findings.analysedAt,
  };
}

export function toDetectionRow(
  photoId: string,
  { label, score, box }: Detection,
  position: number,
  history: HistoryColumns,
): DetectionRow {
  return { photo_id: photoId, position, label, score, ...box, ...history };
}

export function toLineRow(photoId: string, { text, score, polygon }: Line, position: number): LineRow {
  const [topLeft, topRight, bottomRight, bottomLeft] = polygon;
  return {
    photo_id: photoId,
    position,
    text,
    score,
    top_left_x: topLeft[0],
    top_left_y: topLeft[1],
    top_right_x: topRight[0],
    top_right_y: topRight[1],
    bottom_right_x: bottomRight[0],
    bottom_right_y: bottomRight[1],
    bottom_left_x: bottomLeft[0],
    bottom_left_y: bottomLeft[1],
  };
}

/** Puts a photo together from its rows; detections and lines in the order of their positions. */
export function photoFromRow(
  row: PhotoRow,
  detections: readonly DetectionRow[],
  lines: readonly LineRow[],
): Photo {
  return {
    id: row.id,
    memberId: row.member_id,
    sequence: row.sequence,
    filename: row.filename,
    sha256: row.sha256,
    mediaType: row.media_type,
    frames: row.frames,
    bytes: row.bytes,
    width: row.width,
    height: row.height,
    status: row.status,
    error: row.error,
    request: { tasks: row.tasks.split(',') as Task[], minScore: row.min_score },
    createdAt: new Date(row.created_at),
    deletedAt: row.deleted_at === null ? null : new Date(row.deleted_at),
    findings: toFindings(row, detections, lines),
  };
}

function toFindings(
  row: PhotoRow,
  detections: readonly DetectionRow[],
  lines: readonly LineRow[],
): Findings | null {
  if (row.status !== 'analysed' || row.analysed_at === null) return null;
  return {
    detections: detections.map(({ label, score, x, y, width, height }) => ({
      label,
      score,
      box: { x, y, width, height },
    })),
    lines: lines.map((line) => ({
      text: line.text,
      score: line.score,
      polygon: [
        [line.top_left_x, line.top_left_y],
        [line.top_right_x, line.top_right_y],
        [line.bottom_right_x, line.bottom_right_y],
        [line.bottom_left_x, line.bottom_left_y],
      ],
    })),
    models: JSON.parse(row.models ?? '{}') as Record<string, string>,
    engine: row.engine ?? '',
    timings: {
      decodeMs: row.decode_ms ?? 0,
      detectMs: row.detect_ms ?? 0,
      readMs: row.read_ms ?? 0,
      totalMs: row.total_ms ?? 0,
    },
    analysedAt: new Date(row.analysed_at),
  };
}
