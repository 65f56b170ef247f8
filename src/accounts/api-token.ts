/** A key that a program uses in place of a login. The token itself is known only to whoever made it. */
export interface ApiToken {
  id: string;
  /** What its owner calls it. */
  name: string;
  createdAt: Date;
  /** Null for one that stays until it is revoked. */
  expiresAt: Date | null;
  /** To within a minute; null before the first use. */
  lastUsedAt: Date | null;
}
