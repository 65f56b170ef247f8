import type { Knex } from 'knex';
import type { Database } from '../database/database.ts';
import { inTransaction } from '../database/transaction.ts';
import type { StepKind } from './correction-acts.ts';
import type { CorrectionState, Verdict } from './correction-state.ts';

/** One step of the corrections of a photo. */
export interface CorrectionStep {
  /** Ascending within a photo. */
  id: number;
  /** Whose act it was; null when that account is gone. */
  memberId: string | null;
  madeAt: Date;
  kind: StepKind;
}

/** A step with what it left. */
export interface KeptState extends CorrectionStep {
  state: CorrectionState;
  /** Of the analysis that the positions in the state belong to. */
  analysedAt: Date;
}

/** What a change was made on; it is refused when the photo is no longer there. */
export interface Basis {
  photoId: string;
  /** The newest step; null for a photo without corrections. */
  stepId: number | null;
  /** The analysis of the photo. */
  analysedAt: Date;
}

interface StepRow {
  id: number;
  photo_id: string;
  member_id: string | null;
  made_at: Date | number;
  act: StepKind;
  analysed_at: Date | number;
  state: string;
}

/** Steps of one photo that are kept; the older ones are folded into the oldest of them. */
export const MOST_STEPS = 30;

/** Keeps what owners say of their photos' findings, step by step. */
export class CorrectionRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The steps of a photo without their states, the newest first. */
  async steps(photoId: string): Promise<CorrectionStep[]> {
    const rows = await this.#database<StepRow>('corrections')
      .where({ photo_id: photoId })
      .orderBy('id', 'desc')
      .select('id', 'member_id', 'made_at', 'act');
    return rows.map(stepOf);
  }

  /** The newest steps of a photo, the newest first. */
  async newest(photoId: string, count: number): Promise<KeptState[]> {
    const rows = await this.#database<StepRow>('corrections')
      .where({ photo_id: photoId })
      .orderBy('id', 'desc')
      .limit(count);
    return rows.map((row) => ({ ...stepOf(row), ...keptOf(row) }));
  }

  /** The newest states of several photos, by photo; those without corrections are left out. */
  async inForce(photoIds: readonly string[]): Promise<Map<string, Pick<KeptState, 'state' | 'analysedAt'>>> {
    if (photoIds.length === 0) return new Map();
    const newest = this.#database('corrections')
      .whereIn('photo_id', photoIds)
      .groupBy('photo_id')
      .max({ id: 'id' });
    const rows = await this.#database<StepRow>('corrections')
      .whereIn('id', this.#database.from(newest.as('newest')).select('id'))
      .select('photo_id', 'state', 'analysed_at');
    return new Map(rows.map((row) => [row.photo_id, keptOf(row)]));
  }

  /** How many steps all photos of a member have, those in the trash among them. */
  async countOf(memberId: string): Promise<number> {
    const row = await this.#database('photos')
      .join('corrections', 'corrections.photo_id', 'photos.id')
      .where({ 'photos.member_id': memberId })
      .count({ count: '*' })
      .first();
    return Number(row?.count ?? 0);
  }

  /**
   * Adds a step.
   * @param verdicts What it says of each of the model's detections, by position.
   * @returns `false` when something else was done since: then nothing is kept.
   */
  add(
    basis: Basis,
    { memberId, kind, state }: { memberId: string; kind: StepKind; state: CorrectionState },
    verdicts: readonly (Verdict | null)[],
  ): Promise<boolean> {
    return this.#change(basis, verdicts, async (transaction) => {
      await transaction('corrections').insert({
        photo_id: basis.photoId,
        member_id: memberId,
        made_at: new Date(),
        act: kind,
        analysed_at: basis.analysedAt,
        state: JSON.stringify(state),
      });
      await foldOldest(transaction, basis.photoId);
    });
  }

  /**
   * Takes the newest step back.
   * @param verdicts As for `add`, of the step before it.
   * @returns As `add`.
   */
  removeNewest(basis: Basis, verdicts: readonly (Verdict | null)[]): Promise<boolean> {
    return this.#change(basis, verdicts, async (transaction) => {
      await transaction('corrections').where({ photo_id: basis.photoId, id: basis.stepId }).delete();
    });
  }

  #change(
    basis: Basis,
    verdicts: readonly (Verdict | null)[],
    change: (transaction: Knex.Transaction) => Promise<void>,
  ): Promise<boolean> {
    return inTransaction(this.#database, async (transaction) => {
      if (!(await isStillThere(transaction, basis))) return false;
      await change(transaction);
      await keepVerdicts(transaction, basis.photoId, verdicts);
      return true;
    });
  }
}

/** Holds the photo's row, so that of two acts at once, and of an act and an analysis, one waits for the other. */
async function isStillThere(transaction: Knex.Transaction, basis: Basis): Promise<boolean> {
  const photo = await transaction('photos').where({ id: basis.photoId }).forUpdate().first('analysed_at');
  if (!photo?.analysed_at || new Date(photo.analysed_at).getTime() !== basis.analysedAt.getTime())
    return false;
  const newest = await transaction('corrections')
    .where({ photo_id: basis.photoId })
    .max({ id: 'id' })
    .first();
  return (newest?.id ?? null) === basis.stepId;
}

async function keepVerdicts(
  transaction: Knex.Transaction,
  photoId: string,
  verdicts: readonly (Verdict | null)[],
): Promise<void> {
  for (const verdict of ['right', 'wrong', null] as const) {
    const positions = verdicts.flatMap((said, position) => (said === verdict ? position : []));
    if (positions.length === 0) continue;
    await transaction('detections')
      .where({ photo_id: photoId })
      .whereIn('position', positions)
      .update({ verdict });
  }
}

async function foldOldest(transaction: Knex.Transaction, photoId: string): Promise<void> {
  const kept = await transaction('corrections')
    .where({ photo_id: photoId })
    .orderBy('id', 'desc')
    .limit(MOST_STEPS + 1)
    .pluck<number[]>('id');
  const oldest = kept[MOST_STEPS - 1];
  if (kept.length <= MOST_STEPS || oldest === undefined) return;
  await transaction('corrections').where({ photo_id: photoId }).where('id', '<', oldest).delete();
  await transaction('corrections').where({ id: oldest }).update({ act: 'earlier' });
}

function stepOf({
  id,
  member_id,
  made_at,
  act,
}: Pick<StepRow, 'id' | 'member_id' | 'made_at' | 'act'>): CorrectionStep {
  return { id, memberId: member_id, madeAt: new Date(made_at), kind: act };
}

function keptOf({
  state,
  analysed_at,
}: Pick<StepRow, 'state' | 'analysed_at'>): Pick<KeptState, 'state' | 'analysedAt'> {
  return { state: JSON.parse(state) as CorrectionState, analysedAt: new Date(analysed_at) };
}
