import type { Mailer } from '../mail/mailer.ts';
import type { AccountMails } from './account-mails.ts';
import type { AccountService } from './account-service.ts';
import type { AccountThrottle } from './account-throttle.ts';
import type { Member } from './member.ts';

/**
 * What surrounds an act that must not happen by a stolen session: the password is asked before, and the owner is told
 * afterwards.
 */
export class PasswordCheck {
  readonly #accounts: AccountService;
  readonly #throttle: AccountThrottle;
  readonly #mailer: Mailer;
  readonly #mails: AccountMails;

  constructor(dependencies: {
    accounts: AccountService;
    throttle: AccountThrottle;
    mailer: Mailer;
    mails: AccountMails;
  }) {
    this.#accounts = dependencies.accounts;
    this.#throttle = dependencies.throttle;
    this.#mailer = dependencies.mailer;
    this.#mails = dependencies.mails;
  }

  /** @throws {AppError} `too_many_attempts`; `invalid_input` for the field `currentPassword` when it is not the one. */
  async demand(member: Member, password: string): Promise<void> {
    await this.#throttle.countPasswordCheck(member.id);
    await this.#accounts.demandPassword(member, password, 'currentPassword');
    await this.#throttle.forgivePasswordChecks(member.id);
  }

  /** @param what one sentence */
  notify(member: Member, subject: string, what: string): void {
    this.#mailer.send(this.#mails.notice(member, subject, what));
  }
}
