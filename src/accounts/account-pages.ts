import type { Route } from '../http/route.ts';
import { type LoginPagesOptions, loginPages } from './login-pages.ts';
import { type OwnDataPagesOptions, ownDataPages } from './own-data-pages.ts';
import { type PasswordResetPagesOptions, passwordResetPages } from './password-reset-pages.ts';
import { type ProfilePagesOptions, profilePages } from './profile-pages.ts';
import { type RegistrationPagesOptions, registrationPages } from './registration-pages.ts';
import { type SecondFactorPagesOptions, secondFactorPages } from './second-factor-pages.ts';
import { sessionPages } from './session-pages.ts';
import { type TokenPagesOptions, tokenPages } from './token-pages.ts';

export type AccountPagesOptions = RegistrationPagesOptions &
  LoginPagesOptions &
  PasswordResetPagesOptions &
  ProfilePagesOptions &
  SecondFactorPagesOptions &
  TokenPagesOptions &
  OwnDataPagesOptions;

/** All pages of accounts: the way in, and what a member does with their own. */
export function accountPages(options: AccountPagesOptions): Route[] {
  return [
    ...registrationPages(options),
    ...loginPages(options),
    ...passwordResetPages(options),
    ...profilePages(options),
    ...secondFactorPages(options),
    ...sessionPages(options),
    ...tokenPages(options),
    ...ownDataPages(options),
  ];
}
