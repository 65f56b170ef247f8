/** What an account may do: everyone is a member; an admin also sees what concerns everybody. */
export type Role = 'member' | 'admin';

/** A person with an account, without what proves who they are. */
export interface Member {
  id: string;
  name: string;
  /** Trimmed and in lower case: two spellings of one address are one account. */
  email: string;
  role: Role;
  createdAt: Date;
}
