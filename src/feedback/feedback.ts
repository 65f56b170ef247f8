/** How a member rates the program: the number is what is kept, the word is what people read. */
export const RATINGS = [
  { value: 1, word: 'Poor' },
  { value: 2, word: 'Fair' },
  { value: 3, word: 'Good' },
  { value: 4, word: 'Very good' },
  { value: 5, word: 'Excellent' },
] as const;

/** `new` until an admin opens it, `answered` for good once an answer has been sent. */
export const FEEDBACK_STATES = ['new', 'read', 'answered'] as const;
export type FeedbackState = (typeof FEEDBACK_STATES)[number];

/** Of a message and of its answer, in characters. */
export const LONGEST_MESSAGE = 4000;

/** What a member said of the program. */
export interface Feedback {
  /** Grows with time. */
  id: number;
  memberId: string;
  /** What it is about; null where it is about no photo, or that photo is gone. */
  photoId: string | null;
  /** 1 to 5. */
  rating: number;
  message: string;
  state: FeedbackState;
  createdAt: Date;
  answer: { text: string; at: Date } | null;
  /** An answer that was on its way when the program or the database broke off: it may have arrived. Null otherwise. */
  unsettledAnswer: string | null;
}

/** What messages are looked for by; everything that is set must hold. */
export interface FeedbackFilter {
  state?: FeedbackState | undefined;
  rating?: number | undefined;
  /** Stands in the message; letter case and accents do not matter. */
  text?: string | undefined;
  /** At or after. */
  from?: Date | undefined;
  /** Before. */
  before?: Date | undefined;
  /** Only what is about a photo that is still there. */
  withPhoto?: boolean | undefined;
}
