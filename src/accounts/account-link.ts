/** What a link that is sent by mail is good for; the name is kept in the rows. */
export type LinkPurpose = 'registration' | 'invitation' | 'email' | 'reset';

/** A link that was sent by mail and not used yet. What it is opened by is known only from the mail. */
export interface AccountLink {
  id: string;
  purpose: LinkPurpose;
  /** The account that it changes; null where the account is still to be made. */
  memberId: string | null;
  /** The address that it was sent to, in lower case. */
  email: string;
  /** Of the account to be made when a registration is confirmed; null for every other purpose. */
  registration: { name: string; passwordHash: string } | null;
  createdAt: Date;
  expiresAt: Date;
}
