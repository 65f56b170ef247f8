import assert from 'node:assert/strict';
import type { Database } from '../../src/database/database.ts';
import { isMySql } from '../../src/database/dialect.ts';
import { toDetectionRow, toFindingsColumns, toPhotoRow } from '../../src/photos/photo-row.ts';
import { searchedText } from '../../src/photos/searched-text.ts';
import { sampleFindings, samplePhoto } from '../photos/sample-photo.ts';

/** What is in the photo of a place in the order of time, 0 being the oldest. */
export type Contents = (place: number) => { words: string; label?: string; score?: number };

/**
 * Keeps analysed photos of February 2026 with a detection and words each, a minute apart: written table by table, which
 * takes a moment where one after the other takes minutes. They are not counted.
 */
export async function keepMany(
  database: Database,
  memberIds: readonly string[],
  count: number,
  contents: Contents,
): Promise<void> {
  const findings = sampleFindings();
  const [detection] = findings.detections;
  assert.ok(detection);
  const rows: Record<string, object[]> = { photos: [], photo_texts: [], detections: [] };
  for (let place = 0; place < count; place++) {
    const memberId = memberIds[place % memberIds.length] ?? assert.fail();
    const photo = samplePhoto(memberId, { createdAt: new Date(Date.UTC(2026, 1, 1) + place * 60_000) });
    const { words, ...changes } = contents(place);
    rows.photos?.push({ ...toPhotoRow(photo), status: 'analysed', ...toFindingsColumns(findings) });
    rows.photo_texts?.push({ photo_id: photo.id, sequence: photo.sequence, words: searchedText([words]) });
    const history = { member_id: memberId, sequence: photo.sequence, model: '1' };
    rows.detections?.push(toDetectionRow(photo.id, { ...detection, ...changes }, 0, history));
  }
  for (const [table, all] of Object.entries(rows)) await database.batchInsert(table, all, 500);
  // What it plans by is otherwise some seconds old.
  if (isMySql(database)) await database.raw('analyze table photos, photo_texts, detections');
}
