/** A message to one person, in plain text. */
export interface Mail {
  /** E-mail address. */
  to: string;
  subject: string;
  /** E-mail address that an answer goes to; where there is none, to the sender of all mail. */
  replyTo?: string;
  /** Lines of at most 78 characters where that can be, links on a line of their own. */
  text: string;
}
