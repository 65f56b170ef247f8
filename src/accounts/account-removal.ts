import type { AccountLinks } from './account-links.ts';
import type { MemberRepository } from './member-repository.ts';
import type { SecondFactorService } from './second-factor-service.ts';
import type { SessionService } from './session-service.ts';
import type { TokenService } from './token-service.ts';

/** What the removal of an account asks of the photos. */
export interface KeptPhotos {
  usage(memberId: string): Promise<{ photos: number; bytes: number }>;
  totalsWithTrash(memberId: string): Promise<{ photos: number; detections: number; lines: number }>;
  /** Removes every row and file of the member's photos. */
  removeAllOf(memberId: string): Promise<void>;
}

/** What the removal of an account asks of what goes with it. */
export interface KeptWithAccount {
  countOf(memberId: string): Promise<number>;
}

/** One kind of row or file that goes with an account. */
export interface RemovedKind {
  what: string;
  count: number;
}

/** Removes accounts with all that belongs to them. */
export class AccountRemoval {
  readonly #members: MemberRepository;
  readonly #photos: KeptPhotos;
  readonly #corrections: KeptWithAccount;
  readonly #searches: KeptWithAccount;
  readonly #feedback: KeptWithAccount;
  readonly #sessions: SessionService;
  readonly #tokens: TokenService;
  readonly #secondFactors: SecondFactorService;
  readonly #links: AccountLinks;

  constructor(dependencies: {
    members: MemberRepository;
    photos: KeptPhotos;
    corrections: KeptWithAccount;
    searches: KeptWithAccount;
    feedback: KeptWithAccount;
    sessions: SessionService;
    tokens: TokenService;
    secondFactors: SecondFactorService;
    links: AccountLinks;
  }) {
    this.#members = dependencies.members;
    this.#photos = dependencies.photos;
    this.#corrections = dependencies.corrections;
    this.#searches = dependencies.searches;
    this.#feedback = dependencies.feedback;
    this.#sessions = dependencies.sessions;
    this.#tokens = dependencies.tokens;
    this.#secondFactors = dependencies.secondFactors;
    this.#links = dependencies.links;
  }

  /** Every kind of row and file that would be removed now. */
  async inventory(memberId: string): Promise<RemovedKind[]> {
    const [{ photos, detections, lines }, sessions, tokens, hasFactor, codes] = await Promise.all([
      this.#photos.totalsWithTrash(memberId),
      this.#sessions.list(memberId, ''),
      this.#tokens.list(memberId),
      this.#secondFactors.isEnabled(memberId),
      this.#secondFactors.countRecoveryCodes(memberId),
    ]);
    return [
      { what: 'Account, with name, e-mail address, password and quota', count: 1 },
      {
        what: 'Photos, those in the trash included, each with its original, thumbnail and annotated picture',
        count: photos,
      },
      { what: 'Detected objects', count: detections },
      { what: 'Lines of text', count: lines },
      { what: 'Corrections of what was found', count: await this.#corrections.countOf(memberId) },
      { what: 'Saved searches', count: await this.#searches.countOf(memberId) },
      { what: 'Feedback, with the answers to it', count: await this.#feedback.countOf(memberId) },
      { what: 'Sessions', count: sessions.length },
      { what: 'API tokens', count: tokens.length },
      { what: 'Two-factor login', count: hasFactor ? 1 : 0 },
      { what: 'Recovery codes', count: codes },
      { what: 'Links sent by mail that were not used yet', count: await this.#links.count(memberId) },
    ];
  }

  /**
   * Removes an account with every row and file of it. The audit log keeps what was done, by a number that names nobody
   * any more.
   * @throws {AppError} `conflict` when other accounts would be left without an admin; then nothing is removed.
   */
  async remove(memberId: string): Promise<void> {
    await this.#members.demandRemovable(memberId);
    // Saved searches, feedback, tokens, links and the second factor refer to the account, and go with it. An upload may
    // end meanwhile.
    do {
      await this.#photos.removeAllOf(memberId);
    } while (!(await this.#members.delete(memberId)));
    await this.#sessions.revokeAll(memberId);
  }
}
