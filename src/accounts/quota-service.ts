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

  /** As `of`, of an account as it is now; nothing may be kept by one that is gone. */
  async find(memberId: string): Promise<Quota> {
    const member = await this.#members.findById(memberId);
    return member === null ? { photos: 0, bytes: 0 } : this.of(member);
  }
}
