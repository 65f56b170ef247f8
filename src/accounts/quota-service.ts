import { AppError } from '../errors.ts';
import type { Member, Quota } from './member.ts';
import type { MemberRepository } from './member-repository.ts';

/** Tells how much each account may keep. */
export class QuotaService {
  readonly #members: MemberRepository;
  readonly #configured: Quota;

  /** @param configured what holds for everybody who has no quota of their own */
  constructor({ members, configured }: { members: MemberRepository; configured: Quota }) {
    this.#members = members;
    this.#configured = configured;
  }

  get configured(): Quota {
    return this.#configured;
  }

  of(member: Pick<Member, 'quota'>): Quota {
    return {
      photos: member.quota.photos ?? this.#configured.photos,
      bytes: member.quota.bytes ?? this.#configured.bytes,
    };
  }

  /**
   * As `of`, of an account as it is now.
   * @throws {AppError} `not_authenticated` when it is gone.
   */
  async find(memberId: string): Promise<Quota> {
    const member = await this.#members.findById(memberId);
    if (member === null) throw new AppError('not_authenticated', 'This account has been deleted.');
    return this.of(member);
  }
}
