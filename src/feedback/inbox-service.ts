import { AppError } from '../errors.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { FeedbackFilter, FeedbackState } from './feedback.ts';
import type { FeedbackMails } from './feedback-mails.ts';
import type { FeedbackRepository } from './feedback-repository.ts';
import type { InboxEntry, InboxPageOfEntries, InboxPageRequest, InboxReadModel } from './inbox-read-model.ts';

/** An admin who works on the inbox. */
interface Answerer {
  id: string;
  name: string;
  email: string;
}

const EXPORT_PAGE = 500;

/** The messages of everybody, for admins to read and to answer. */
export class InboxService {
  readonly #inbox: InboxReadModel;
  readonly #feedback: FeedbackRepository;
  readonly #mailer: Mailer;
  readonly #mails: FeedbackMails;
  /** Messages whose answer is on its way to the mail server. */
  readonly #beingAnswered = new Set<number>();

  constructor(dependencies: {
    inbox: InboxReadModel;
    feedback: FeedbackRepository;
    mailer: Mailer;
    mails: FeedbackMails;
  }) {
    this.#inbox = dependencies.inbox;
    this.#feedback = dependencies.feedback;
    this.#mailer = dependencies.mailer;
    this.#mails = dependencies.mails;
  }

  /** @throws {AppError} `not_found` */
  async get(id: number): Promise<InboxEntry> {
    const entry = await this.#inbox.find(id);
    if (entry) return entry;
    throw new AppError('not_found', 'There is no such message; it goes with the account of who wrote it.');
  }

  /** As `get`, for somebody who reads it: it is no longer new. */
  async open(id: number): Promise<InboxEntry> {
    const entry = await this.get(id);
    if (entry.state !== 'new') return entry;
    await this.#feedback.setState(id, 'read');
    return { ...entry, state: 'read' };
  }

  /**
   * Marks a message as read or, to come back to it, as new.
   * @throws {AppError} `not_found`; `conflict` when it is answered, which stays.
   */
  async mark(id: number, state: Exclude<FeedbackState, 'answered'>): Promise<InboxEntry> {
    const entry = await this.get(id);
    if (entry.state === 'answered') throw answeredAlready();
    await this.#feedback.setState(id, state);
    return { ...entry, state };
  }

  /**
   * Sends an answer to whoever wrote a message, and keeps it. It counts as answered only once the mail is on its way; until
   * then it is unsettled, so that whoever comes after a crash knows that it may have arrived.
   * @throws {AppError} `not_found`; `conflict` when it is answered, or somebody else is answering it right now;
   *   `mail_unavailable`, with nothing changed.
   */
  async answer(id: number, text: string, admin: Answerer): Promise<InboxEntry> {
    if (this.#beingAnswered.has(id)) {
      throw new AppError('conflict', 'This message is being answered at this moment.');
    }
    this.#beingAnswered.add(id);
    try {
      const entry = await this.get(id);
      if (entry.state === 'answered') throw answeredAlready();
      await this.#feedback.keepUnsettledAnswer(id, text);
      try {
        await this.#mailer.deliver(this.#mails.answer(entry, text, admin));
      } catch (error) {
        await this.#feedback.keepUnsettledAnswer(id, entry.unsettledAnswer);
        throw error;
      }
      await this.#feedback.settleAnswer(id, admin.id);
      return await this.get(id);
    } finally {
      this.#beingAnswered.delete(id);
    }
  }

  page(filter: FeedbackFilter, page: InboxPageRequest): Promise<InboxPageOfEntries> {
    return this.#inbox.page(filter, page);
  }

  summary(filter: FeedbackFilter): Promise<{ count: number; meanRating: number | null }> {
    return this.#inbox.summary(filter);
  }

  /** How many messages nobody has opened yet. */
  countNew(): Promise<number> {
    return this.#inbox.countNew();
  }

  /** Every message that a filter finds, the newest first, some at a time. */
  async *batches(filter: FeedbackFilter): AsyncGenerator<InboxEntry[]> {
    let place: number | null = null;
    do {
      const { entries, older }: InboxPageOfEntries = await this.#inbox.page(filter, {
        limit: EXPORT_PAGE,
        place,
        backward: false,
      });
      yield entries;
      place = older === null ? null : (entries.at(-1)?.id ?? null);
    } while (place !== null);
  }
}

function answeredAlready(): AppError {
  return new AppError('conflict', 'This message has been answered already.');
}
