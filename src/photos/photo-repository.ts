import type { Knex } from 'knex';
import type { Quota } from '../accounts/member.ts';
import type { Cursor } from '../database/cursor.ts';
import type { Database } from '../database/database.ts';
import { isForeignKeyViolation, isUniqueViolation } from '../database/database-errors.ts';
import { containsText } from '../database/dialect.ts';
import { inTransaction } from '../database/transaction.ts';
import { AppError } from '../errors.ts';
import { foldText } from './folded-text.ts';
import type { AnalysisRequest, Findings, Photo } from './photo.ts';
import type { PageRequest, PhotoFilter } from './photo-filter.ts';
import {
  type DetectionRow,
  type LineRow,
  type PhotoRow,
  photoFromRow,
  toDetectionRow,
  toFindingsColumns,
  toLineRow,
  toPhotoRow,
  toRequestColumns,
} from './photo-row.ts';
import { demandRoom, usageOf } from './photo-usage-repository.ts';

/** Rows a single insert carries: SQLite takes 32,766 bound values, a line has 12. */
const INSERT_BATCH = 500;

/** Keeps photos with their detections and text lines. */
export class PhotoRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Adds a photo; `false` when its member has the same picture already (that one stays as it is).
   * @param quota What the member may keep; of several photos that arrive at once, none goes beyond it.
   * @throws {AppError} `quota_exceeded`; `not_authenticated` when the account is gone.
   */
  async insert(photo: Photo, quota: Quota): Promise<boolean> {
    try {
      await inTransaction(this.#database, async (transaction) => {
        await demandRoom(transaction, photo, quota);
        await transaction('photos').insert(toPhotoRow(photo));
      });
      return true;
    } catch (error) {
      if (isUniqueViolation(error)) return false;
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
    const [photo] = await this.#load(this.#database<PhotoRow>('photos').where({ id }));
    return photo ?? null;
  }

  /** The member's photo that came as exactly this file. */
  async findByHash(memberId: string, sha256: string): Promise<Photo | null> {
    const rows = this.#database<PhotoRow>('photos').where({ member_id: memberId, sha256 });
    const [photo] = await this.#load(rows);
    return photo ?? null;
  }

  /** One page of a member's photos, in the list's order whichever way the page runs. */
  async list(memberId: string, filter: PhotoFilter, page: PageRequest): Promise<Photo[]> {
    const direction = (page.sort === 'newest') === page.backward ? 'asc' : 'desc';
    const query = this.#filtered(memberId, filter)
      .orderBy('created_at', direction)
      .orderBy('id', direction)
      .limit(page.limit);
    if (page.cursor) after(query, page.cursor, direction);
    const photos = await this.#load(query);
    return page.backward ? photos.reverse() : photos;
  }

  async count(memberId: string, filter: PhotoFilter): Promise<number> {
    const row = await this.#filtered(memberId, filter).count({ count: '*' }).first();
    return Number(row?.count ?? 0);
  }

  /** The photos right before and after one in its member's history, newest first. */
  async neighbours(photo: Photo): Promise<{ newerId: string | null; olderId: string | null }> {
    const nearest = async (direction: 'asc' | 'desc') => {
      const query = this.#database<PhotoRow>('photos')
        .where({ member_id: photo.memberId })
        .orderBy('created_at', direction)
        .orderBy('id', direction)
        .select('id');
      const row = await after(query, { createdAt: photo.createdAt, id: photo.id }, direction).first();
      return row?.id ?? null;
    };
    const [newerId, olderId] = await Promise.all([nearest('asc'), nearest('desc')]);
    return { newerId, olderId };
  }

  /** How many detections and text lines all of a member's photos have. */
  async countFindings(memberId: string): Promise<{ detections: number; lines: number }> {
    const count = async (table: 'detections' | 'text_lines') => {
      const row = await this.#database('photos')
        .join(table, `${table}.photo_id`, 'photos.id')
        .where('photos.member_id', memberId)
        .count({ count: '*' })
        .first();
      return Number(row?.count ?? 0);
    };
    const [detections, lines] = await Promise.all([count('detections'), count('text_lines')]);
    return { detections, lines };
  }

  /** Labels that the member's photos have, the most frequent first. */
  async labels(memberId: string): Promise<string[]> {
    const rows = await this.#database('detections')
      .join('photos', 'photos.id', 'detections.photo_id')
      .where('photos.member_id', memberId)
      .groupBy('label')
      .orderByRaw('count(*) desc, label')
      .select<{ label: string }[]>('label');
    return rows.map((row) => row.label);
  }

  /** Ids of photos that wait for their analysis, the longest waiting first. */
  async queuedIds(limit: number): Promise<string[]> {
    const rows = await this.#database<PhotoRow>('photos')
      .where({ status: 'queued' })
      .orderBy('created_at')
      .limit(limit)
      .select('id');
    return rows.map((row) => row.id);
  }

  /** Which of these ids have a row. */
  async existingIds(ids: readonly string[]): Promise<Set<string>> {
    const rows = await this.#database<PhotoRow>('photos').whereIn('id', ids).select('id');
    return new Set(rows.map((row) => row.id));
  }

  /** Puts a photo back into the queue, for an analysis of this kind; what was found before is dropped. */
  async requeue(id: string, request: AnalysisRequest): Promise<void> {
    await inTransaction(this.#database, async (transaction) => {
      // The photo's row first, as when findings are saved: two orders of locking would deadlock.
      await transaction<PhotoRow>('photos')
        .where({ id })
        .update({
          status: 'queued',
          error: null,
          analysed_at: null,
          ...toRequestColumns(request),
        });
      await deleteFindings(transaction, id);
    });
  }

  /**
   * Keeps what an analysis found.
   * @param request What that analysis was asked.
   * @returns `false` when the photo was deleted, or is queued for a different request by now.
   */
  async saveFindings(id: string, request: AnalysisRequest, findings: Findings): Promise<boolean> {
    return inTransaction(this.#database, async (transaction) => {
      const updated = await transaction<PhotoRow>('photos')
        .where({ id, status: 'queued', ...toRequestColumns(request) })
        .update({ status: 'analysed', error: null, ...toFindingsColumns(findings) });
      if (updated === 0) return false;
      // A queued photo has no findings to delete; deleting none would lock gaps that parallel saves insert into.
      const detections = findings.detections.map((detection, i) => toDetectionRow(id, detection, i));
      const lines = findings.lines.map((line, i) => toLineRow(id, line, i));
      if (detections.length > 0) await transaction.batchInsert('detections', detections, INSERT_BATCH);
      if (lines.length > 0) await transaction.batchInsert('text_lines', lines, INSERT_BATCH);
      return true;
    });
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
    return (await this.#database('photos').where({ id }).delete()) > 0;
  }

  #filtered(memberId: string, filter: PhotoFilter) {
    const query = this.#database<PhotoRow>('photos').where({ member_id: memberId });
    const { label, text, from, before, minScore } = filter;
    if (from) query.where('created_at', '>=', from);
    if (before) query.where('created_at', '<', before);
    if (label !== undefined || minScore !== undefined) {
      query.whereExists((found) => {
        found.from('detections').whereRaw('detections.photo_id = photos.id').select('detections.id');
        if (label !== undefined) found.where('detections.label', label);
        if (minScore !== undefined) found.where('detections.score', '>=', minScore);
      });
    }
    if (text !== undefined) {
      query.whereExists((found) => {
        found.from('text_lines').whereRaw('text_lines.photo_id = photos.id').select('text_lines.id');
        containsText(found, 'text_lines.folded_text', foldText(text));
      });
    }
    return query;
  }

  /** Puts photos together from the rows that a query finds, in its order. */
  async #load(query: Knex.QueryBuilder<PhotoRow, PhotoRow[]>): Promise<Photo[]> {
    const rows = await query.select<PhotoRow[]>('photos.*');
    const ids = rows.filter((row) => row.status === 'analysed').map((row) => row.id);
    if (ids.length === 0) return rows.map((row) => photoFromRow(row, [], []));
    const [detections, lines] = await Promise.all([
      this.#database<DetectionRow>('detections').whereIn('photo_id', ids).orderBy(['photo_id', 'position']),
      this.#database<LineRow>('text_lines').whereIn('photo_id', ids).orderBy(['photo_id', 'position']),
    ]);
    const detectionsOf = byPhoto(detections);
    const linesOf = byPhoto(lines);
    return rows.map((row) => photoFromRow(row, detectionsOf.get(row.id) ?? [], linesOf.get(row.id) ?? []));
  }
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

/** Narrows an ordered query to the rows that come after a cursor. */
function after<Q extends Knex.QueryBuilder>(query: Q, cursor: Cursor, direction: 'asc' | 'desc'): Q {
  const beyond = direction === 'desc' ? '<' : '>';
  query.where((range: Knex.QueryBuilder) =>
    range
      .where('created_at', beyond, cursor.createdAt)
      .orWhere((tie) => tie.where('created_at', cursor.createdAt).where('id', beyond, cursor.id)),
  );
  return query;
}

async function deleteFindings(transaction: Knex.Transaction, photoId: string): Promise<void> {
  await transaction('detections').where({ photo_id: photoId }).delete();
  await transaction('text_lines').where({ photo_id: photoId }).delete();
}
