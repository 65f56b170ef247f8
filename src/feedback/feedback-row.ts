import type { Feedback, FeedbackState } from './feedback.ts';

/** A row of the table `feedback`, as either database gives it. */
export interface FeedbackRow {
  id: number | string;
  member_id: string;
  photo_id: string | null;
  rating: number;
  message: string;
  state: FeedbackState;
  created_at: Date | number;
  /** Without `answered_at` it is not known to have been sent. */
  answer: string | null;
  answered_at: Date | number | null;
  answered_by: string | null;
}

export function toFeedback(row: FeedbackRow): Feedback {
  const { answer: text, answered_at: at } = row;
  return {
    id: Number(row.id),
    memberId: row.member_id,
    photoId: row.photo_id,
    rating: row.rating,
    message: row.message,
    state: row.state,
    createdAt: new Date(row.created_at),
    answer: text === null || at === null ? null : { text, at: new Date(at) },
    unsettledAnswer: at === null ? text : null,
  };
}
