import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { AppError } from '../errors.ts';
import type { AccountLink, LinkPurpose } from './account-link.ts';
import type { AccountLinkRepository } from './account-link-repository.ts';

const SECRET_BYTES = 32;
const HOUR_MS = 60 * 60_000;

const LIFETIME_MS: Readonly<Record<LinkPurpose, number>> = {
  registration: 24 * HOUR_MS,
  invitation: 7 * 24 * HOUR_MS,
  email: 24 * HOUR_MS,
  reset: HOUR_MS,
};

/** Makes links that are sent by mail, and tells what one that comes back is good for. Each is good once. */
export class AccountLinks {
  readonly #links: AccountLinkRepository;

  constructor({ links }: { links: AccountLinkRepository }) {
    this.#links = links;
  }

  /**
   * Makes a link in place of any older one of the same purpose for the same account or address.
   * @returns What opens it: told only now, and to nobody but the address.
   */
  async issue(
    purpose: LinkPurpose,
    about: Pick<AccountLink, 'email'> & Partial<Pick<AccountLink, 'memberId' | 'registration'>>,
  ): Promise<string> {
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    const createdAt = new Date();
    await this.#links.insert(
      {
        id: randomUUID(),
        purpose,
        memberId: about.memberId ?? null,
        email: about.email,
        registration: about.registration ?? null,
        createdAt,
        expiresAt: new Date(createdAt.getTime() + LIFETIME_MS[purpose]),
      },
      hashOf(secret),
    );
    return secret;
  }

  /**
   * The link that this opens; it stays good.
   * @throws {AppError} `not_found` when it is wrong, used up or too old.
   */
  async open(purpose: LinkPurpose, secret: string): Promise<AccountLink> {
    const link = await this.#links.findByHash(purpose, hashOf(secret));
    return link && link.expiresAt > new Date() ? link : refuseLink();
  }

  /**
   * As `open`, and the link is used up.
   * @throws {AppError} `not_found`, also for all but one of those who use it at once.
   */
  async use(purpose: LinkPurpose, secret: string): Promise<AccountLink> {
    const link = await this.open(purpose, secret);
    return (await this.#links.delete(link.id)) ? link : refuseLink();
  }

  /** Makes the links of an account worth nothing. */
  revoke(memberId: string, purpose: LinkPurpose): Promise<void> {
    return this.#links.deleteOf(memberId, purpose);
  }

  /** Links of an account that were not used. */
  count(memberId: string): Promise<number> {
    return this.#links.countOf(memberId);
  }

  /** Links that can still be used, the newest first. */
  list(purpose: LinkPurpose): Promise<AccountLink[]> {
    return this.#links.list(purpose, new Date());
  }

  /**
   * Takes a link back.
   * @throws {AppError} `not_found` when there is none of this purpose with this id.
   */
  async withdraw(purpose: LinkPurpose, id: string): Promise<AccountLink> {
    const link = await this.#links.deleteByPurpose(id, purpose);
    if (link === null) throw new AppError('not_found', 'It is gone already: used, taken back or too old.');
    return link;
  }
}

/** The secret has 256 random bits, so unlike a password it needs no slow hash. */
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function refuseLink(): never {
  throw new AppError(
    'not_found',
    'This link has been used already, or it is too old, or a newer one was sent. Ask for another one.',
  );
}
