import type { FormModel } from '../http/view-model.ts';
import type { FeedbackState, RATINGS } from './feedback.ts';

/** `feedback/form`, which posts to `/feedback`. */
export interface FeedbackPage {
  /** `formKey` goes along unseen, and stays the same when the form comes back. */
  form: FormModel<'rating' | 'message' | 'photoId' | 'formKey'>;
  ratings: typeof RATINGS;
  longestMessage: number;
  /** Address that an answer is sent to; null on a server that sends no mail. */
  answerTo: string | null;
  /** What it is about; null where it is about no photo. */
  photo: { id: string; filename: string; href: string; thumbnailUrl: string } | null;
}

/** `feedback/thanks`. */
export interface ThanksPage {
  /** As on `FeedbackPage`. */
  answerTo: string | null;
}

/** A message, as a line of the inbox. */
export interface InboxLine {
  href: string;
  state: FeedbackState;
  rating: number;
  message: string;
  author: string;
  /** Name of the photo that it is about. */
  photo: string | null;
  createdAt: string;
}

/** A filter in force, with the address of the inbox without it. */
export interface InboxChip {
  text: string;
  removeHref: string;
}

/** `feedback/inbox`. */
export interface InboxPage {
  lines: readonly InboxLine[];
  /** Over all pages. */
  total: number;
  meanRating: number | null;
  /** As it stands in the address, right or wrong. */
  filter: Record<'state' | 'rating' | 'text' | 'from' | 'to' | 'photo', string>;
  /** Messages for refused filters, by field. */
  errors: Partial<Record<string, string>>;
  chips: readonly InboxChip[];
  csvHref: string;
  newerHref: string | null;
  olderHref: string | null;
}

/** `feedback/message`. Its forms post to addresses below its own. */
export interface MessagePage {
  id: number;
  state: FeedbackState;
  rating: number;
  word: string;
  message: string;
  createdAt: string;
  author: { name: string; email: string; href: string };
  photo: { filename: string; href: string; thumbnailUrl: string } | null;
  /** `by` is null when the account of that admin is gone. */
  answer: { text: string; at: string; by: string | null } | null;
  /** An answer that may have arrived; null where there is none, or where it has. */
  unsettledAnswer: string | null;
  form: FormModel<'answer'>;
  longestAnswer: number;
  /** Whether the answer gets to its addressee by mail. */
  mailed: boolean;
}
