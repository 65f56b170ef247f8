/** What an account may do: everyone is a member; an admin also sees what concerns everybody. */
export type Role = 'member' | 'admin';

/** How much an account may keep; null for no bound of this kind. */
export interface Quota {
  photos: number | null;
  bytes: number | null;
}

/** A person with an account, without what proves who they are. */
export interface Member {
  id: string;
  name: string;
  /** Trimmed and in lower case: two spellings of one address are one account. */
  email: string;
  role: Role;
  createdAt: Date;
  /** Since when the account may do nothing; null for one that may. */
  suspendedAt: Date | null;
  /** How much it may keep; what is null there is as configured for everybody. */
  quota: Quota;
}
