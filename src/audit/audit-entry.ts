/** What the audit log records; the name is kept in the rows, so it never changes its meaning. */
export const AUDIT_ACTS = {
  registered: 'Registered',
  registration_answered: 'Asked to register',
  logged_in: 'Logged in',
  login_refused: 'Login refused',
  logged_out: 'Logged out',
  session_revoked: 'Ended a session',
  sessions_revoked: 'Ended all other sessions',
  member_sessions_revoked: 'Ended all sessions of an account',
  password_refused: 'Entered a wrong password',
  name_changed: 'Changed the name',
  password_changed: 'Changed the password',
  password_reset_asked: 'Asked for a password reset',
  password_reset: 'Reset the password',
  email_change_asked: 'Asked to change the e-mail address',
  email_changed: 'Changed the e-mail address',
  second_factor_enabled: 'Switched two-factor login on',
  second_factor_disabled: 'Switched two-factor login off',
  recovery_code_used: 'Used a recovery code',
  recovery_codes_replaced: 'Made new recovery codes',
  token_created: 'Made an API token',
  token_revoked: 'Revoked an API token',
  data_exported: 'Downloaded all own data',
  account_deleted: 'Deleted an account',
  account_created: 'Created an account',
  invited: 'Invited',
  invitation_withdrawn: 'Took an invitation back',
  role_changed: 'Changed a role',
  suspended: 'Suspended an account',
  reinstated: 'Reinstated an account',
  photo_deleted: 'Deleted a photo of somebody else',
  detections_exported: 'Exported detections of everybody',
  feedback_exported: 'Exported feedback of everybody',
  quota_changed: 'Changed a quota',
  feedback_answered: 'Answered feedback',
  reanalysis_started: 'Had photos analysed again',
  reanalysis_cancelled: 'Stopped analysing photos again',
} as const;

export type AuditAct = keyof typeof AUDIT_ACTS;

/** An account that an entry names. */
export interface AuditParty {
  id: string;
  /** As it is now; null when the account is gone. */
  email: string | null;
}

/** One act that concerns security: who did what to whom, when and from where. */
export interface AuditEntry {
  /** Grows with time. */
  id: number;
  at: Date;
  act: AuditAct;
  /** Null where nobody was logged in, or the act came from a shell. */
  actor: AuditParty | null;
  /** Whose account it concerns; null where there is none, as for a login under an unknown address. */
  subject: AuditParty | null;
  /** Network address that it came from; null for an act from a shell. */
  address: string | null;
  /** In words, safe to show to an admin; neither a secret nor a whole e-mail address. */
  details: string | null;
}

/** What entries are looked for by; everything that is set must hold. */
export interface AuditFilter {
  act?: AuditAct | undefined;
  /** Part of the e-mail address of actor or subject, in lower case. */
  email?: string | undefined;
  /** Id of the account that acted or that it concerns. */
  memberId?: string | undefined;
  /** At or after. */
  from?: Date | undefined;
  /** Before. */
  before?: Date | undefined;
}
