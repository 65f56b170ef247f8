import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { ApiToken, TokenScope } from './api-token.ts';
import type { Member } from './member.ts';
import type { TokenRepository } from './token-repository.ts';

const PREFIX = 'dtx_';
const SECRET_BYTES = 32;
const FORM = new RegExp(`^${PREFIX}[A-Za-z0-9_-]{43}$`);
const DAY_MS = 24 * 60 * 60_000;
const NOTE_USE_AFTER_MS = 60_000;

/** Makes, lists and revokes API tokens, and tells whose one is. */
export class TokenService {
  readonly #tokens: TokenRepository;
  readonly #logger: Logger;

  constructor(dependencies: { tokens: TokenRepository; logger: Logger }) {
    this.#tokens = dependencies.tokens;
    this.#logger = dependencies.logger;
  }

  /** The only time that the secret is told: what is kept is its hash. */
  async create(
    memberId: string,
    { name, scope, expiresInDays }: { name: string; scope: TokenScope; expiresInDays?: number | undefined },
  ): Promise<{ token: ApiToken; secret: string }> {
    const secret = PREFIX + randomBytes(SECRET_BYTES).toString('base64url');
    const createdAt = new Date();
    const expiresAt =
      expiresInDays === undefined ? null : new Date(createdAt.getTime() + expiresInDays * DAY_MS);
    const token: ApiToken = { id: randomUUID(), name, scope, createdAt, expiresAt, lastUsedAt: null };
    await this.#tokens.insert(memberId, token, hashOf(secret));
    return { token, secret };
  }

  /** Newest first. */
  list(memberId: string): Promise<ApiToken[]> {
    return this.#tokens.listOf(memberId);
  }

  /** @throws {AppError} `not_found` when the member has no such token. */
  async revoke(memberId: string, id: string): Promise<ApiToken> {
    const token = (await this.#tokens.listOf(memberId)).find((own) => own.id === id);
    if (!token || !(await this.#tokens.deleteOf(memberId, id)))
      throw new AppError('not_found', 'There is no such token.');
    return token;
  }

  /** Whose token this is and what it may do; null for one that is wrong, expired or revoked, or whose owner is suspended. */
  async verify(secret: string): Promise<{ member: Member; scope: TokenScope } | null> {
    if (!FORM.test(secret)) return null;
    const found = await this.#tokens.findByHash(hashOf(secret));
    const now = new Date();
    if (found === null || (found.token.expiresAt !== null && found.token.expiresAt <= now)) return null;
    if (found.member.suspendedAt !== null) return null;
    this.#noteUse(found.token, now);
    return { member: found.member, scope: found.token.scope };
  }

  /** Not awaited: the answer neither waits for this note nor fails with it. */
  #noteUse({ id, lastUsedAt }: ApiToken, now: Date): void {
    if (lastUsedAt !== null && now.getTime() - lastUsedAt.getTime() < NOTE_USE_AFTER_MS) return;
    this.#tokens.markUsed(id, now).catch((error: unknown) => {
      this.#logger.warn({ err: error }, 'use of an API token could not be noted');
    });
  }
}

/** The secret has 256 random bits, so unlike a password it needs no slow hash. */
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
