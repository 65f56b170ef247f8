/** What a token may do: `read` is looking and analysing without keeping, `write` is everything that an account may do. */
export const TOKEN_SCOPES = ['read', 'write'] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

/** A key that a program uses in place of a login. The token itself is known only to whoever made it. */
export interface ApiToken {
  id: string;
  /** What its owner calls it. */
  name: string;
  scope: TokenScope;
  createdAt: Date;
  /** Null for one that stays until it is revoked. */
  expiresAt: Date | null;
  /** To within a minute; null before the first use. */
  lastUsedAt: Date | null;
}
