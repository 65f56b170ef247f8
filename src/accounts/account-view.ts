import type { FormModel } from '../http/view-model.ts';

/** What the login page says before anything is sent, by what led there. */
export const LOGIN_NOTICES = {
  registered: 'Thank you. If this address had no account yet, it has one now: log in with your new password.',
  'reset-asked':
    'If this address has an account, a link to choose a new password is on its way. It is good for one hour.',
  'reset-kept':
    'If this address has an account, a link to choose a new password was made. This server sends no mail: ask whoever runs it for the link. It is good for one hour.',
  reset: 'Your password is changed, and all your sessions have ended. Log in with the new one.',
  deleted: 'Your account and all that belonged to it is deleted.',
  confirming:
    'Thank you. Open the link in the mail that we have sent to this address, to finish creating your account.',
  'email-changed': 'Your new e-mail address is confirmed. Use it from now on to log in.',
} as const;

export type LoginNotice = keyof typeof LOGIN_NOTICES;

/** `accounts/login`. Posts `email`, `password`, `next` and `_csrf` to `/login`. */
export interface LoginPage {
  form: FormModel<'email' | 'password'>;
  /** The page to return to after the login: a path of this site, or null for the home page. */
  next: string | null;
  notice: string | null;
}

/** `accounts/login-code`. Posts `code`, `next` and `_csrf` to `/login/second-factor`. */
export interface LoginCodePage {
  form: FormModel<'code'>;
  next: string | null;
}

/**
 * `accounts/register`. Posts `name`, `email`, `password`, `passwordConfirmation`, `next` and `_csrf` to
 * `/register`. Shows that registration is closed, and no form, when the layout says so.
 */
export interface RegisterPage {
  form: FormModel<'name' | 'email' | 'password' | 'passwordConfirmation'>;
  passwordMinLength: number;
  /** Whether this account will be the first, and so the admin's. */
  firstAccount: boolean;
  next: string | null;
}

/** `accounts/confirm-registration`. Posts `password` and `_csrf` to its own address. */
export interface ConfirmRegistrationPage {
  email: string;
  action: string;
  form: FormModel<'password'>;
}

/** `accounts/invitation`. Posts `name`, `password`, `passwordConfirmation` and `_csrf` to its own address. */
export interface InvitationPage {
  email: string;
  action: string;
  form: FormModel<'name' | 'password' | 'passwordConfirmation'>;
  passwordMinLength: number;
}

/** `accounts/session-expired`. Leads to the login, and from there to the page that was wanted. */
export interface SessionExpiredPage {
  next: string | null;
}

/** `accounts/forgot-password`. Posts `email` and `_csrf` to `/forgot-password`. */
export interface ForgotPasswordPage {
  form: FormModel<'email'>;
}

/** `accounts/reset-password`. Posts `password`, `passwordConfirmation` and `_csrf` to its own address. */
export interface ResetPasswordPage {
  email: string;
  action: string;
  form: FormModel<'password' | 'passwordConfirmation'>;
  passwordMinLength: number;
}

/** `accounts/profile`. Its forms post to `/account/name`, `/account/password` and `/account/email`. */
export interface ProfilePage {
  currentEmail: string;
  name: FormModel<'name'>;
  email: FormModel<'email' | 'currentPassword'>;
  password: FormModel<'currentPassword' | 'password' | 'passwordConfirmation'>;
  passwordMinLength: number;
  /** What is kept, and at most may be; null for no bound. */
  photos: { kept: number; most: number | null };
  bytes: { kept: number; most: number | null };
}

/** `accounts/confirm-email`. Posts `_csrf` to its own address. */
export interface ConfirmEmailPage {
  email: string;
  action: string;
}

/** `accounts/two-factor`. */
export interface TwoFactorPage {
  enabled: boolean;
  /** Recovery codes that are left. */
  recoveryCodes: number;
  /** The form that sets it up or, when it is on, makes new codes. */
  form: FormModel<'currentPassword'>;
  disabling: FormModel<'currentPassword'>;
}

/** `accounts/two-factor-setup`. Posts `code` and `_csrf` to `/account/two-factor/enable`. */
export interface TwoFactorSetupPage {
  /** An SVG picture as a `data:` address. */
  qrCode: string;
  /** The secret, in groups of four. */
  secret: string;
  form: FormModel<'code'>;
}

/** `accounts/recovery-codes`. Posts `_csrf` to `/account/two-factor/recovery-codes/kept`. */
export interface RecoveryCodesPage {
  codes: readonly string[];
}

/** `accounts/sessions`. */
export interface SessionsPage {
  sessions: readonly {
    id: string;
    device: string;
    address: string;
    startedAt: string;
    lastSeenAt: string;
    current: boolean;
  }[];
}

/** `accounts/tokens`. Posts `name`, `scope`, `expiresInDays` and `_csrf` to `/account/tokens`. */
export interface TokensPage {
  /** The token that was just made: shown this once. */
  created: { name: string; secret: string } | null;
  tokens: readonly {
    id: string;
    name: string;
    scope: string;
    createdAt: string;
    expiresAt: string | null;
    expired: boolean;
    lastUsedAt: string | null;
  }[];
  form: FormModel<'name' | 'scope' | 'expiresInDays'>;
}

/** `accounts/own-data`. Its forms post to `/account/data/archive` and `/account/delete`. */
export interface OwnDataPage {
  /** What goes with the account. */
  removed: readonly { what: string; count: number }[];
  form: FormModel<'currentPassword'>;
}
