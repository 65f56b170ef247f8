import type { Database } from '../database/database.ts';
import { inTransaction } from '../database/transaction.ts';
import { counted } from './daily-count-repository.ts';
import type { Photo } from './photo.ts';
import { type LineRow, type PhotoRow, photoFromRow } from './photo-row.ts';
import { dropText, keepText } from './photo-text-repository.ts';
import type { TrashPlace } from './trash-place.ts';

/** The photos that were deleted and can still be restored. What is here is in no list, search or history. */
export class TrashRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Puts a photo into the trash; `false` when it is there already, or nowhere. */
  async put(id: string, at: Date): Promise<boolean> {
    return inTransaction(this.#database, (transaction) =>
      counted(transaction, [id], async () => {
        const moved = await transaction<PhotoRow>('photos')
          .where({ id, deleted_at: null })
          .update({ deleted_at: at });
        if (moved === 0) return false;
        await transaction('detections').where({ photo_id: id }).update({ sequence: null });
        await dropText(transaction, id);
        return true;
      }),
    );
  }

  /** Takes a photo out of the trash as it was; `false` when it is not there. */
  async restore(id: string): Promise<boolean> {
    return inTransaction(this.#database, (transaction) =>
      counted(transaction, [id], async () => {
        const restored = await transaction<PhotoRow>('photos')
          .where({ id })
          .whereNotNull('deleted_at')
          .update({ deleted_at: null });
        const row: PhotoRow | undefined = await transaction<PhotoRow>('photos')
          .where({ id })
          .forUpdate()
          .first();
        if (restored === 0 || row === undefined) return false;
        await transaction('detections').where({ photo_id: id }).update({ sequence: row.sequence });
        const lines = await transaction<LineRow>('text_lines')
          .where({ photo_id: id })
          .orderBy('position')
          .forUpdate();
        await keepText(transaction, row, lines);
        return true;
      }),
    );
  }

  /** One photo of the trash, without what was found in it. */
  async find(id: string): Promise<Photo | null> {
    const row = await this.#database<PhotoRow>('photos').where({ id }).whereNotNull('deleted_at').first();
    return row ? photoFromRow(row, [], []) : null;
  }

  /** One page of a member's trash, what was deleted last first; without what was found. */
  async list(memberId: string, after: TrashPlace | null, limit: number): Promise<Photo[]> {
    const query = this.#ofMember(memberId)
      .orderBy([
        { column: 'deleted_at', order: 'desc' },
        { column: 'sequence', order: 'desc' },
      ])
      .limit(limit);
    if (after) {
      const { deletedAt, sequence } = after;
      query.where((range) =>
        range
          .where('deleted_at', '<', deletedAt)
          .orWhere((tie) => tie.where('deleted_at', deletedAt).where('sequence', '<', sequence)),
      );
    }
    const rows = await query.select<PhotoRow[]>('photos.*');
    return rows.map((row) => photoFromRow(row, [], []));
  }

  async count(memberId: string): Promise<number> {
    const row = await this.#ofMember(memberId).count({ count: '*' }).first();
    return Number(row?.count ?? 0);
  }

  /** Some photos that were deleted before a moment, of all members. */
  async deletedBefore(moment: Date, limit: number): Promise<string[]> {
    const rows = await this.#database<PhotoRow>('photos')
      .where('deleted_at', '<', moment)
      .limit(limit)
      .select('id');
    return rows.map(({ id }) => id);
  }

  /**
   * Removes a photo of the trash with every row of it; `false` when it is not there.
   * @param before Of the time of its deletion: one that was restored and deleted anew since stays.
   */
  async delete(id: string, before?: Date): Promise<boolean> {
    const photo = this.#database('photos').where({ id }).whereNotNull('deleted_at');
    if (before) photo.where('deleted_at', '<', before);
    return (await photo.delete()) > 0;
  }

  #ofMember(memberId: string) {
    return this.#database<PhotoRow>('photos').where({ member_id: memberId }).whereNotNull('deleted_at');
  }
}
