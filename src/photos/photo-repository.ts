import type { Knex } from 'knex';
import type { Quota } from '../accounts/member.ts';
import { verdictsInForce } from '../corrections/verdict-read-model.ts';
import { type Database, migratedAt } from '../database/database.ts';
import { isForeignKeyViolation, isUniqueViolation } from '../database/database-errors.ts';
import { inTransaction } from '../database/transaction.ts';
import { AppError } from '../errors.ts';
import { counted, countNew } from './daily-count-repository.ts';
import type { AnalysisRequest, Findings, Photo } from './photo.ts';
import { loadPhotos } from './photo-loading-repository.ts';
import {
  type HistoryColumns,
  type PhotoRow,
  toDetectionRow,
  toFindingsColumns,
  toLineRow,
  toPhotoRow,
  toRequestColumns,
} from './photo-row.ts';
import { dropText, keepText } from './photo-text-repository.ts';
import { demandRoom, usageOf } from './photo-usage-repository.ts';
import { sequenceAt } from './sequence.ts';

/** Rows a single insert carries: SQLite takes 32,766 bound values, a line has 12. */
const INSERT_BATCH = 500;

/** Keeps photos with their detections and text lines. */
export class PhotoRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Adds a photo; `null` when its member has the same picture already (that one stays as it is).
   * @returns The photo as it is kept: its `sequence` is another one where that is taken.
   * @param quota What the member may keep; of several photos that arrive at once, none goes beyond it.
   * @throws {AppError} `quota_exceeded`; `not_authenticated` when the account is gone.
   */
  async insert(photo: Photo, quota: Quota): Promise<Photo | null> {
    try {
      await inTransaction(this.#database, async (transaction) => {
        await demandRoom(transaction, photo, quota);
        await transaction('photos').insert(toPhotoRow(photo));
        await countNew(transaction, photo);
      });
      return photo;
    } catch (error) {
      if (isUniqueViolation(error)) {
        if (
          await this.#database('photos')
            .where({ member_id: photo.memberId, sha256: photo.sha256 })
            .first('id')
        )
          return null;
        // Another photo of the same millisecond has the number.
        return this.insert({ ...photo, sequence: sequenceAt(photo.createdAt) }, quota);
      }
      if (isForeignKeyViolation(error)) {
        throw new AppError('not_authenticated', 'This account has been deleted.', { cause: error });
      }
      throw error;
    }
  }

  /** @throws {AppError} `quota_exceeded` when the member has no room for one more photo of this size. */
  async demandRoom(photo: Pick<Photo, 'memberId' | 'bytes'>, quota: Quota): Promise<void> {
    await demandRoom(this.#database, photo, quota);
  }

  /** What a member keeps; the bytes are those of the originals. */
  usage(memberId: string): Promise<{ photos: number; bytes: number }> {
    return usageOf(this.#database, memberId);
  }

  /** Ids of some photos of a member; none when there is none left. */
  async someIdsOf(memberId: string, limit: number): Promise<string[]> {
    const rows = await this.#database<PhotoRow>('photos')
      .where({ member_id: memberId })
      .limit(limit)
      .select('id');
    return rows.map((row) => row.id);
  }

  async find(id: string): Promise<Photo | null> {
    const rows = await this.#database<PhotoRow>('photos').where({ id });
    const [photo] = await loadPhotos(this.#database, rows);
    return photo ?? null;
  }

  /** The member's photo that came as exactly this file. */
  async findByHash(memberId: string, sha256: string): Promise<Photo | null> {
    const rows = await this.#database<PhotoRow>('photos').where({ member_id: memberId, sha256 });
    const [photo] = await loadPhotos(this.#database, rows);
    return photo ?? null;
  }

  /** Ids of photos that wait for their analysis, the longest waiting first. */
  async queuedIds(limit: number): Promise<string[]> {
    const rows = await this.#database<PhotoRow>('photos')
      .where({ status: 'queued', deleted_at: null })
      .orderBy('created_at')
      .limit(limit)
      .select('id');
    return rows.map((row) => row.id);
  }

  /** Whether this database has any photo. */
  async isEmpty(): Promise<boolean> {
    return (await this.#database('photos').first('id')) === undefined;
  }

  /** Since when this database can have photos. */
  async keepsSince(): Promise<Date> {
    return migratedAt(this.#database, '0002_photos');
  }

  /** Which of these ids have a row. */
  async existingIds(ids: readonly string[]): Promise<Set<string>> {
    const rows = await this.#database<PhotoRow>('photos').whereIn('id', ids).select('id');
    return new Set(rows.map((row) => row.id));
  }

  /** Puts a photo that waits or failed (back) into the queue, for an analysis of this kind. One that is analysed stays. */
  async requeue(id: string, request: AnalysisRequest): Promise<void> {
    await this.#database<PhotoRow>('photos')
      .where({ id })
      .whereIn('status', ['queued', 'failed'])
      .update({ status: 'queued', error: null, ...toRequestColumns(request) });
  }

  /**
   * Keeps what an analysis found.
   * @param request What that analysis was asked.
   * @returns `false` when the photo was deleted, or is queued for a different request by now.
   */
  async saveFindings(id: string, request: AnalysisRequest, findings: Findings): Promise<boolean> {
    return inTransaction(this.#database, (transaction) =>
      counted(transaction, [id], async () => {
        const updated = await transaction<PhotoRow>('photos')
          .where({ id, status: 'queued', ...toRequestColumns(request) })
          .update({ status: 'analysed', error: null, ...toFindingsColumns(findings) });
        // A queued photo has no findings to delete; deleting none would lock gaps that parallel saves insert into.
        return updated > 0 && insertFindings(transaction, id, findings);
      }),
    );
  }

  /**
   * Keeps what a further analysis found, in place of what was found before. Nobody ever sees the photo without findings.
   * @param before What the photo had been asked when that analysis began.
   * @param request What that analysis was asked; the same unless told.
   * @returns `false` when the photo was deleted, or asked something else meanwhile: then it keeps what it has.
   */
  async replaceFindings(
    id: string,
    before: AnalysisRequest,
    findings: Findings,
    request = before,
  ): Promise<boolean> {
    return inTransaction(this.#database, (transaction) =>
      counted(transaction, [id], async () => {
        const updated = await transaction<PhotoRow>('photos')
          .where({ id, deleted_at: null, ...toRequestColumns(before) })
          .whereIn('status', ['analysed', 'failed'])
          .update({
            status: 'analysed',
            error: null,
            ...toRequestColumns(request),
            ...toFindingsColumns(findings),
          });
        if (updated === 0) return false;
        await deleteFindings(transaction, id);
        return insertFindings(transaction, id, findings);
      }),
    );
  }

  /**
   * Marks a photo as failed.
   * @param request What the analysis was asked that failed.
   * @returns As `saveFindings`.
   */
  async saveFailure(id: string, request: AnalysisRequest, error: string): Promise<boolean> {
    const updated = await this.#database<PhotoRow>('photos')
      .where({ id, status: 'queued', ...toRequestColumns(request) })
      .update({ status: 'failed', error });
    return updated > 0;
  }

  /** Deletes a photo with its detections and lines; `false` when there was none. */
  async delete(id: string): Promise<boolean> {
    return inTransaction(this.#database, (transaction) =>
      counted(transaction, [id], async () => (await transaction('photos').where({ id }).delete()) > 0),
    );
  }
}

/** Adds what was found in a photo that has no findings; `false` when the photo is gone. */
async function insertFindings(
  transaction: Knex.Transaction,
  id: string,
  findings: Findings,
): Promise<boolean> {
  const row: PhotoRow | undefined = await transaction<PhotoRow>('photos').where({ id }).forUpdate().first();
  if (row === undefined) return false;
  const history: HistoryColumns = {
    member_id: row.member_id,
    sequence: row.deleted_at === null ? row.sequence : null,
    model: findings.models.object_detector ?? null,
  };
  const verdicts = await verdictsInForce(transaction, id, findings);
  const detections = findings.detections.map((detection, i) => ({
    ...toDetectionRow(id, detection, i, history),
    verdict: verdicts[i] ?? null,
  }));
  const lines = findings.lines.map((line, i) => toLineRow(id, line, i));
  if (detections.length > 0) await transaction.batchInsert('detections', detections, INSERT_BATCH);
  if (lines.length > 0) await transaction.batchInsert('text_lines', lines, INSERT_BATCH);
  if (row.deleted_at === null) await keepText(transaction, row, findings.lines);
  return true;
}

async function deleteFindings(transaction: Knex.Transaction, photoId: string): Promise<void> {
  await transaction('detections').where({ photo_id: photoId }).delete();
  await transaction('text_lines').where({ photo_id: photoId }).delete();
  await dropText(transaction, photoId);
}
