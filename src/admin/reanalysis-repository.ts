import type { Knex } from 'knex';
import type { Database } from '../database/database.ts';
import { isUniqueViolation } from '../database/database-errors.ts';
import { inTransaction } from '../database/transaction.ts';
import { AppError } from '../errors.ts';
import type { FailedPhoto, Reanalysis, ReanalysisState } from './reanalysis.ts';

interface ReanalysisRow {
  id: number;
  member_id: string | null;
  email: string | null;
  state: ReanalysisState;
  in_force: number | null;
  filter: string | null;
  chosen_to: number;
  done: number;
  started_at: Date | number;
  ended_at: Date | number | null;
}

/** A run in force, as what carries it out needs it. */
export interface RunInForce {
  id: number;
  state: 'choosing' | 'running';
  startedAt: Date;
  filter: Readonly<Record<string, string>> | null;
  /** Photos up to this `sequence` have been looked at. */
  chosenTo: number;
}

/** Rows a single insert carries. */
const INSERT_BATCH = 500;

/** Keeps what is to be analysed again, and how far that has come: a run goes on where it was after a restart. */
export class ReanalysisRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Adds a run and returns its id; null when another one is in force.
   * @param chosen What its photos are chosen by, or their ids.
   * @throws {AppError} `invalid_input` when a photo that is named is not there, or in the trash.
   */
  async start(
    memberId: string,
    startedAt: Date,
    chosen: { filter: Readonly<Record<string, string>> } | { photoIds: readonly string[] },
  ): Promise<number | null> {
    const named = 'photoIds' in chosen;
    try {
      return await inTransaction(this.#database, async (transaction) => {
        const [id] = await transaction('reanalyses').insert({
          member_id: memberId,
          state: named ? 'running' : 'choosing',
          in_force: 1,
          filter: named ? null : JSON.stringify(chosen.filter),
          chosen_to: 0,
          done: 0,
          started_at: startedAt,
        });
        if (id === undefined) throw new Error('The database gave a row no id');
        if (named) {
          const there = await lockedPhotos(transaction, chosen.photoIds);
          demandAll(chosen.photoIds, there);
          await addPhotos(transaction, id, there);
        }
        return id;
      });
    } catch (error) {
      if (isUniqueViolation(error)) return null;
      throw error;
    }
  }

  /** Runs, the newest first. */
  async list(limit: number): Promise<Reanalysis[]> {
    const rows = await this.#runs().orderBy('reanalyses.id', 'desc').limit(limit);
    return Promise.all(rows.map((row) => this.#withCounts(row)));
  }

  async find(id: number): Promise<Reanalysis | null> {
    const [row] = await this.#runs().where('reanalyses.id', id);
    return row ? this.#withCounts(row) : null;
  }

  async inForce(): Promise<RunInForce | null> {
    const row = await this.#database<ReanalysisRow>('reanalyses').where({ in_force: 1 }).first();
    if (row === undefined || (row.state !== 'choosing' && row.state !== 'running')) return null;
    return {
      id: Number(row.id),
      state: row.state,
      startedAt: new Date(row.started_at),
      filter: row.filter === null ? null : JSON.parse(row.filter),
      chosenTo: Number(row.chosen_to),
    };
  }

  async isInForce(id: number): Promise<boolean> {
    return (await this.#database('reanalyses').where({ id, in_force: 1 }).first('id')) !== undefined;
  }

  /** Adds photos that are meant, and how far was looked; with no place to go on from, all are chosen. */
  async choose(id: number, photoIds: readonly string[], next: number | null): Promise<void> {
    await inTransaction(this.#database, async (transaction) => {
      const changes = next === null ? { state: 'running' } : { chosen_to: next };
      const updated = await transaction('reanalyses').where({ id, in_force: 1 }).update(changes);
      if (updated === 0) return;
      // Some may have been deleted since they were looked up.
      await addPhotos(transaction, id, await lockedPhotos(transaction, photoIds));
    });
  }

  /** Some of the photos that wait. */
  async waiting(id: number, limit: number): Promise<string[]> {
    const rows = await this.#database('reanalysis_photos')
      .where({ reanalysis_id: id, state: 'waiting' })
      .limit(limit)
      .select<{ photo_id: string }[]>('photo_id');
    return rows.map((row) => row.photo_id);
  }

  /** Counts a photo as done. One that is no longer of the run counts only where it has new findings. */
  async markDone(id: number, photoId: string, isRenewed: boolean): Promise<void> {
    await inTransaction(this.#database, async (transaction) => {
      const removed = await transaction('reanalysis_photos')
        .where({ reanalysis_id: id, photo_id: photoId })
        .delete();
      // A photo that was deleted meanwhile is none of this run any more; nor is one whose run was stopped during its analysis.
      if (removed > 0 || isRenewed) await transaction('reanalyses').where({ id }).increment('done', 1);
    });
  }

  async markFailed(id: number, photoId: string, error: string): Promise<void> {
    await this.#database('reanalysis_photos')
      .where({ reanalysis_id: id, photo_id: photoId })
      .update({ state: 'failed', error });
  }

  /** Ends a run; what still waits is forgotten. `false` when it has ended already. */
  async end(id: number, state: 'finished' | 'cancelled', endedAt: Date): Promise<boolean> {
    return inTransaction(this.#database, async (transaction) => {
      const ended = await transaction('reanalyses')
        .where({ id, in_force: 1 })
        .update({ state, in_force: null, ended_at: endedAt });
      if (ended === 0) return false;
      await transaction('reanalysis_photos').where({ reanalysis_id: id, state: 'waiting' }).delete();
      return true;
    });
  }

  /** Some photos of a run that could not be analysed; without those in the trash. */
  async failures(id: number, limit: number): Promise<FailedPhoto[]> {
    return this.#database('reanalysis_photos')
      .join('photos', 'photos.id', 'reanalysis_photos.photo_id')
      .where({ reanalysis_id: id, 'reanalysis_photos.state': 'failed' })
      .whereNull('photos.deleted_at')
      .limit(limit)
      .select<FailedPhoto[]>('photos.id', 'photos.filename', 'reanalysis_photos.error');
  }

  #runs(): Knex.QueryBuilder<ReanalysisRow, ReanalysisRow[]> {
    return this.#database('reanalyses')
      .leftJoin('members', 'members.id', 'reanalyses.member_id')
      .select<ReanalysisRow[]>('reanalyses.*', 'members.email');
  }

  async #withCounts(row: ReanalysisRow): Promise<Reanalysis> {
    const counts = await this.#database('reanalysis_photos')
      .where({ reanalysis_id: row.id })
      .groupBy('state')
      .select<{ state: string; count: number }[]>('state', this.#database.raw('count(*) as count'));
    const countOf = (state: string) => Number(counts.find((count) => count.state === state)?.count ?? 0);
    return {
      id: Number(row.id),
      state: row.state,
      startedBy: row.member_id === null ? null : { id: row.member_id, email: row.email ?? '' },
      startedAt: new Date(row.started_at),
      endedAt: row.ended_at === null ? null : new Date(row.ended_at),
      filter: row.filter === null ? null : JSON.parse(row.filter),
      done: Number(row.done),
      waiting: countOf('waiting'),
      failed: countOf('failed'),
    };
  }
}

/** Which of these are photos that can be analysed again; they stay so until the transaction ends. */
async function lockedPhotos(transaction: Knex.Transaction, ids: readonly string[]): Promise<string[]> {
  const rows = await transaction('photos')
    .whereIn('id', ids)
    .whereNull('deleted_at')
    .forShare()
    .select<{ id: string }[]>('id');
  return rows.map((row) => row.id);
}

function demandAll(named: readonly string[], there: readonly string[]): void {
  const found = new Set(there);
  const missing = named.find((id) => !found.has(id));
  if (missing === undefined) return;
  throw new AppError('invalid_input', `There is no photo ${missing}. It may have been deleted.`);
}

/** Adds photos to a run; those that it has already stay as they are. */
async function addPhotos(
  transaction: Knex.Transaction,
  id: number,
  photoIds: readonly string[],
): Promise<void> {
  const rows = photoIds.map((photo_id) => ({ reanalysis_id: id, photo_id, state: 'waiting' }));
  for (let at = 0; at < rows.length; at += INSERT_BATCH) {
    await transaction('reanalysis_photos')
      .insert(rows.slice(at, at + INSERT_BATCH))
      .onConflict(['reanalysis_id', 'photo_id'])
      .ignore();
  }
}
