import { randomUUID } from 'node:crypto';
import { hashPassword } from '../accounts/passwords.ts';
import type { Database } from '../database/database.ts';
import { addFullTextIndex, dropFullTextIndex } from '../database/full-text.ts';
import { countAll } from '../photos/daily-count-repository.ts';
import { toDetectionRow, toFindingsColumns, toLineRow, toPhotoRow } from '../photos/photo-row.ts';
import { searchedText } from '../photos/searched-text.ts';
import { BENCH_PASSWORD } from './bench-member.ts';
import { withoutIndexes } from './bulk-load.ts';
import {
  type MadeUpPhoto,
  type MemberIds,
  madeUpRecord,
  RECORD_END,
  RECORD_SPAN_MS,
} from './made-up-record.ts';

const PHOTOS_AT_ONCE = 1000;
const ROWS_AT_ONCE = 500;
const TELL_EVERY = 10_000;
const QUIET_FROM = 150;

/** What the columns of one table take. */
type Row = object;

/** Adds accounts, the first of them an admin, all with the password of the bench; returns their ids. */
export async function seedMembers(database: Database, count: number): Promise<MemberIds> {
  const passwordHash = await hashPassword(BENCH_PASSWORD);
  const rows = Array.from({ length: count }, (_, i) => ({
    id: randomUUID(),
    name: `Member ${i}`,
    email: memberEmail(i),
    password_hash: passwordHash,
    role: i === 0 ? 'admin' : 'member',
    created_at: new Date(RECORD_END.getTime() - RECORD_SPAN_MS),
  }));
  await database.batchInsert('members', rows, ROWS_AT_ONCE);
  const [first = '', ...others] = rows.map(({ id }) => id);
  return [first, ...others];
}

/** The address of a seeded member, the one with most photos being number 0; those with few have one of example.net. */
export function memberEmail(index: number): string {
  if (index >= QUIET_FROM) return `member${index}@example.net`;
  return `member${index}@${index % 10 === 0 ? 'example.org' : 'example.com'}`;
}

/**
 * Writes a made-up record into an empty database, row by row as the photo repository would, and quicker.
 * @param seen Is told of every photo.
 */
export async function seedRecord(
  database: Database,
  memberIds: MemberIds,
  photos: number,
  say: (line: string) => void,
  seen: (photo: MadeUpPhoto) => void,
): Promise<void> {
  await dropFullTextIndex(database, 'photo_texts', 'words');
  await withoutIndexes(database, ['photos', 'detections', 'text_lines'], async () => {
    let batch: MadeUpPhoto[] = [];
    let written = 0;
    for (const madeUp of madeUpRecord(memberIds, photos)) {
      seen(madeUp);
      batch.push(madeUp);
      if (batch.length < PHOTOS_AT_ONCE && written + batch.length < photos) continue;
      await write(database, batch);
      written += batch.length;
      batch = [];
      if (written % TELL_EVERY === 0) say(`  ${written} of ${photos} photos`);
    }
    say('  indexes');
  });
  say('  full-text index');
  await addFullTextIndex(database, 'photo_texts', 'sequence', 'words');
  say('  daily counts');
  await countAll(database);
}

async function write(database: Database, batch: readonly MadeUpPhoto[]): Promise<void> {
  const tables: Record<string, Row[]> = { photos: [], detections: [], text_lines: [], photo_texts: [] };
  for (const { photo, verdicts } of batch) {
    const { findings } = photo;
    tables.photos?.push({
      ...toPhotoRow(photo),
      deleted_at: photo.deletedAt,
      ...(findings && toFindingsColumns(findings)),
    });
    if (findings === null) continue;
    const history = {
      member_id: photo.memberId,
      sequence: photo.deletedAt === null ? photo.sequence : null,
      model: findings.models.object_detector ?? null,
    };
    findings.detections.forEach((detection, i) => {
      tables.detections?.push({ ...toDetectionRow(photo.id, detection, i, history), verdict: verdicts[i] });
    });
    findings.lines.forEach((line, i) => {
      tables.text_lines?.push(toLineRow(photo.id, line, i));
    });
    if (photo.deletedAt !== null || findings.lines.length === 0) continue;
    const words = searchedText(findings.lines.map(({ text }) => text));
    tables.photo_texts?.push({ sequence: photo.sequence, photo_id: photo.id, words });
  }
  await database.transaction(async (transaction) => {
    for (const [table, rows] of Object.entries(tables)) {
      if (rows.length > 0) await transaction.batchInsert(table, rows, ROWS_AT_ONCE);
    }
  });
}
