import type { AuditLog } from '../audit/audit-log.ts';
import { AppError } from '../errors.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { AccountMails } from './account-mails.ts';
import type { AccountService } from './account-service.ts';
import type { AccountThrottle } from './account-throttle.ts';
import type { Member } from './member.ts';

/** A member who acts, and the network address that they act from. */
export interface ActSource {
  actor: Member;
  address: string | null;
}

/**
 * What surrounds an act that must not happen by a stolen session: the password is asked before, and the owner is told
 * afterwards.
 */
export class PasswordCheck {
  readonly #accounts: AccountService;
  readonly #throttle: AccountThrottle;
  readonly #mailer: Mailer;
  readonly #mails: AccountMails;
  readonly #audit: AuditLog;

  constructor(dependencies: {
    accounts: AccountService;
    throttle: AccountThrottle;
    mailer: Mailer;
    mails: AccountMails;
    audit: AuditLog;
  }) {
    this.#accounts = dependencies.accounts;
    this.#throttle = dependencies.throttle;
    this.#mailer = dependencies.mailer;
    this.#mails = dependencies.mails;
    this.#audit = dependencies.audit;
  }

  /** @throws {AppError} `too_many_attempts`; `invalid_input` for the field `currentPassword` when it is not the one. */
  async demand({ actor: member, address }: ActSource, password: string): Promise<void> {
    await this.#throttle.countPasswordCheck(member.id);
    if (!(await this.#accounts.isPassword(member, password))) {
      await this.#audit.record('password_refused', { actor: member, address });
      const message = 'This is not your password.';
      throw new AppError('invalid_input', message, { fields: [{ path: 'currentPassword', message }] });
    }
    await this.#throttle.forgivePasswordChecks(member.id);
  }

  /** @param what one sentence */
  notify(member: Member, subject: string, what: string): void {
    this.#mailer.send(this.#mails.notice(member, subject, what));
  }
}
