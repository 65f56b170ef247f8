import type { Database } from '../database/database.ts';
import { isForeignKeyViolation, isUniqueViolation } from '../database/database-errors.ts';
import { AppError } from '../errors.ts';
import { foldText } from '../photos/folded-text.ts';
import type { Feedback, FeedbackState } from './feedback.ts';
import { type FeedbackRow, toFeedback } from './feedback-row.ts';

/** A message that is about to be kept. */
export interface NewFeedback extends Pick<Feedback, 'memberId' | 'photoId' | 'rating' | 'message'> {
  /** The same where one form was sent twice; null for what no form sent. */
  submission: string | null;
}

/** A few characters stand for many when folded; what is searched must fit its column all the same. */
const LONGEST_FOLDED = 20_000;

/** What members say of the program. */
export class FeedbackRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Keeps a message once: `existing` where the same submission is there already, which is returned.
   * @throws {AppError} `not_found` when photo or member are gone.
   */
  async insert(added: NewFeedback): Promise<{ feedback: Feedback; existing: boolean }> {
    const { submission } = added;
    const row: Omit<FeedbackRow, 'id'> = {
      member_id: added.memberId,
      photo_id: added.photoId,
      rating: added.rating,
      message: added.message,
      state: 'new',
      created_at: new Date(),
      answer: null,
      answered_at: null,
      answered_by: null,
    };
    const folded_message = foldText(added.message).slice(0, LONGEST_FOLDED);
    try {
      const [id] = await this.#database('feedback').insert({ ...row, folded_message, submission });
      return { feedback: toFeedback({ ...row, id: Number(id) }), existing: false };
    } catch (error) {
      if (isForeignKeyViolation(error)) {
        throw new AppError('not_found', 'The photo or the account is gone meanwhile.', { cause: error });
      }
      if (submission === null || !isUniqueViolation(error)) throw error;
      const kept = await this.#database<FeedbackRow & { submission: string }>('feedback')
        .where({ submission })
        .first();
      if (kept === undefined) throw error;
      return { feedback: toFeedback(kept), existing: true };
    }
  }

  /** All messages of a member, the oldest first. */
  async listOf(memberId: string): Promise<Feedback[]> {
    const rows = await this.#database<FeedbackRow>('feedback').where({ member_id: memberId }).orderBy('id');
    return rows.map(toFeedback);
  }

  async countOf(memberId: string): Promise<number> {
    const row = await this.#database('feedback').where({ member_id: memberId }).count({ count: '*' }).first();
    return Number(row?.count ?? 0);
  }

  /** Changes nothing where the message is answered: that stays. */
  async setState(id: number, state: Exclude<FeedbackState, 'answered'>): Promise<void> {
    await this.#unanswered(id).update({ state });
  }

  /** Keeps an answer that is about to be sent, or null where none may have been. */
  async keepUnsettledAnswer(id: number, text: string | null): Promise<void> {
    await this.#unanswered(id).update({ answer: text });
  }

  /** Makes the answer that was unsettled one that was sent. */
  async settleAnswer(id: number, adminId: string): Promise<void> {
    await this.#unanswered(id).update({
      state: 'answered',
      answered_at: new Date(),
      answered_by: adminId,
    });
  }

  #unanswered(id: number) {
    return this.#database<FeedbackRow>('feedback').where({ id }).whereNot({ state: 'answered' });
  }
}
