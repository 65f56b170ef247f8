import type { Database } from '../database/database.ts';
import type { ApiToken } from './api-token.ts';

interface TokenRow {
  id: string;
  member_id: string;
  name: string;
  token_hash: string;
  created_at: Date | number;
  expires_at: Date | number | null;
  last_used_at: Date | number | null;
}

/** The API tokens, by the SHA-256 of each (hexadecimal, lower case). */
export class TokenRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async insert(memberId: string, token: ApiToken, tokenHash: string): Promise<void> {
    await this.#database<TokenRow>('api_tokens').insert({
      id: token.id,
      member_id: memberId,
      name: token.name,
      token_hash: tokenHash,
      created_at: token.createdAt,
      expires_at: token.expiresAt,
      last_used_at: token.lastUsedAt,
    });
  }

  async findByHash(tokenHash: string): Promise<{ token: ApiToken; memberId: string } | null> {
    const row = await this.#database<TokenRow>('api_tokens').where({ token_hash: tokenHash }).first();
    return row === undefined ? null : { token: toToken(row), memberId: row.member_id };
  }

  /** A member's tokens, newest first. */
  async listOf(memberId: string): Promise<ApiToken[]> {
    const rows = await this.#database<TokenRow>('api_tokens')
      .where({ member_id: memberId })
      .orderBy([
        { column: 'created_at', order: 'desc' },
        { column: 'id', order: 'desc' },
      ]);
    return rows.map(toToken);
  }

  async markUsed(id: string, at: Date): Promise<void> {
    await this.#database<TokenRow>('api_tokens').where({ id }).update({ last_used_at: at });
  }

  /** Whether the member had such a token. */
  async deleteOf(memberId: string, id: string): Promise<boolean> {
    const deleted = await this.#database<TokenRow>('api_tokens').where({ id, member_id: memberId }).delete();
    return deleted > 0;
  }
}

function toToken(row: TokenRow): ApiToken {
  return {
    id: row.id,
    name: row.name,
    createdAt: new Date(row.created_at),
    expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
    lastUsedAt: row.last_used_at === null ? null : new Date(row.last_used_at),
  };
}
