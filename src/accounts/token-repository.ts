import type { Database } from '../database/database.ts';
import type { ApiToken, TokenScope } from './api-token.ts';
import type { Member } from './member.ts';
import { type MemberRow, toMember } from './member-row.ts';

interface TokenRow {
  id: string;
  member_id: string;
  name: string;
  scope: TokenScope;
  token_hash: string;
  created_at: Date | number;
  expires_at: Date | number | null;
  last_used_at: Date | number | null;
}

/** The columns of a token beside those of its owner. */
interface OwnedTokenColumns {
  token_id: string;
  token_name: string;
  token_scope: TokenScope;
  token_created_at: Date | number;
  token_expires_at: Date | number | null;
  token_last_used_at: Date | number | null;
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
      scope: token.scope,
      token_hash: tokenHash,
      created_at: token.createdAt,
      expires_at: token.expiresAt,
      last_used_at: token.lastUsedAt,
    });
  }

  /** A token and whose it is. */
  async findByHash(tokenHash: string): Promise<{ token: ApiToken; member: Member } | null> {
    // One query for both: every call of the API begins with it.
    const row: (MemberRow & OwnedTokenColumns) | undefined = await this.#database('api_tokens')
      .join('members', 'members.id', 'api_tokens.member_id')
      .where({ token_hash: tokenHash })
      .first('members.*', {
        token_id: 'api_tokens.id',
        token_name: 'api_tokens.name',
        token_scope: 'api_tokens.scope',
        token_created_at: 'api_tokens.created_at',
        token_expires_at: 'api_tokens.expires_at',
        token_last_used_at: 'api_tokens.last_used_at',
      });
    if (row === undefined) return null;
    const token = toToken({
      id: row.token_id,
      name: row.token_name,
      scope: row.token_scope,
      created_at: row.token_created_at,
      expires_at: row.token_expires_at,
      last_used_at: row.token_last_used_at,
    });
    return { token, member: toMember(row) };
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

function toToken(row: Omit<TokenRow, 'member_id' | 'token_hash'>): ApiToken {
  return {
    id: row.id,
    name: row.name,
    scope: row.scope,
    createdAt: new Date(row.created_at),
    expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
    lastUsedAt: row.last_used_at === null ? null : new Date(row.last_used_at),
  };
}
