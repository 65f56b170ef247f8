import type { FormModel } from '../http/view-model.ts';

/**
 * `accounts/login`. Posts `email`, `password`, `next` and `_csrf` to `/login`.
 */
export interface LoginPage {
  form: FormModel<'email' | 'password'>;
  /** The page to return to after the login: a path of this site, or null for the home page. */
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

/** `accounts/session-expired`. Leads to the login, and from there to the page that was wanted. */
export interface SessionExpiredPage {
  next: string | null;
}
