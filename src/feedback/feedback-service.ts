import { createHash } from 'node:crypto';
import type { Member } from '../accounts/member.ts';
import { AppError } from '../errors.ts';
import type { Throttle } from '../http/throttle.ts';
import type { Feedback } from './feedback.ts';
import type { FeedbackRepository } from './feedback-repository.ts';

/** What feedback asks of the photos. */
export interface RatedPhotos {
  /** @throws {AppError} `not_found` when there is no such photo or the viewer may not see it. */
  get(
    viewer: Pick<Member, 'id' | 'role'>,
    id: string,
  ): Promise<{ id: string; memberId: string; filename: string }>;
}

/** What a member says. */
export interface GivenFeedback {
  /** 1 to 5. */
  rating: number;
  message: string;
  photoId?: string | undefined;
  /** Made with the form, so that sending it twice is known for what it is. */
  formKey?: string | undefined;
}

/** Takes feedback in, and gives members back what they said. */
export class FeedbackService {
  readonly #feedback: FeedbackRepository;
  readonly #photos: RatedPhotos;
  readonly #throttle: Throttle;

  constructor(dependencies: { feedback: FeedbackRepository; photos: RatedPhotos; throttle: Throttle }) {
    this.#feedback = dependencies.feedback;
    this.#photos = dependencies.photos;
    this.#throttle = dependencies.throttle;
  }

  /**
   * A photo that a member may give feedback about: one of their own.
   * @throws {AppError} `not_found` for any other.
   */
  async photoOf(member: Member, photoId: string): Promise<{ id: string; filename: string }> {
    const { id, memberId, filename } = await this.#photos.get(member, photoId);
    if (memberId !== member.id) throw new AppError('not_found', 'This photo belongs to somebody else.');
    return { id, filename };
  }

  /**
   * Keeps what a member says. A form that is sent twice is kept once; `existing` tells the second time.
   * @throws {AppError} `not_found` for a photo that is not the member's, `too_many_attempts` for a flood.
   */
  async give(
    member: Member,
    { rating, message, photoId, formKey }: GivenFeedback,
  ): Promise<{ feedback: Feedback; existing: boolean }> {
    const photo = photoId === undefined ? null : await this.photoOf(member, photoId);
    await this.#throttle.count(member.id);
    const given = { memberId: member.id, photoId: photo?.id ?? null, rating, message };
    // What was changed before it was sent again is another message.
    const submission = formKey === undefined ? null : hashOf([formKey, given]);
    const kept = await this.#feedback.insert({ ...given, submission });
    if (kept.existing) await this.#throttle.takeBack(member.id);
    return kept;
  }

  /** All that a member has said, the oldest first, with the answers. */
  listOf(memberId: string): Promise<Feedback[]> {
    return this.#feedback.listOf(memberId);
  }

  countOf(memberId: string): Promise<number> {
    return this.#feedback.countOf(memberId);
  }
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
