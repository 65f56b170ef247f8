import { AppError } from '../errors.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { AccountLinks } from './account-links.ts';
import type { AccountMails } from './account-mails.ts';
import type { AccountService } from './account-service.ts';
import type { Member } from './member.ts';
import type { SessionService } from './session-service.ts';

/** Lets members who have forgotten their password choose another one, by a link that is sent to their address. */
export class PasswordResetService {
  readonly #accounts: AccountService;
  readonly #links: AccountLinks;
  readonly #sessions: SessionService;
  readonly #mailer: Mailer;
  readonly #mails: AccountMails;

  constructor(dependencies: {
    accounts: AccountService;
    links: AccountLinks;
    sessions: SessionService;
    mailer: Mailer;
    mails: AccountMails;
  }) {
    this.#accounts = dependencies.accounts;
    this.#links = dependencies.links;
    this.#sessions = dependencies.sessions;
    this.#mailer = dependencies.mailer;
    this.#mails = dependencies.mails;
  }

  /**
   * Sends a link to an address that has an account, and nothing to any other.
   * @param email in lower case
   * @returns The account, which must not be told to whoever asked.
   */
  async ask(email: string): Promise<Member | null> {
    const member = await this.#accounts.findByEmail(email);
    // Who is suspended gets in by no password.
    if (member === null || member.suspendedAt !== null) return null;
    const secret = await this.#links.issue('reset', { memberId: member.id, email });
    this.#mailer.send(this.#mails.passwordReset(member, secret));
    return member;
  }

  /** Whose password the link resets. @throws {AppError} `not_found` when it is wrong, used up or too old. */
  async open(secret: string): Promise<Member> {
    const link = await this.#links.open('reset', secret);
    return this.#ownerOf(link.memberId);
  }

  /**
   * Gives the account its new password, and ends all its sessions.
   * @throws {AppError} `not_found` for the link; `invalid_input` for the field `password` when it is easy to guess.
   */
  async reset(secret: string, password: string): Promise<Member> {
    const member = await this.open(secret);
    this.#accounts.refuseWeak(password, member);
    await this.#links.use('reset', secret);
    await this.#accounts.setPassword(member, password);
    await this.#sessions.revokeAll(member.id);
    this.#mailer.send(
      this.#mails.notice(
        member,
        'Your password was reset',
        'The password of your DetectX account was reset.',
      ),
    );
    return member;
  }

  async #ownerOf(memberId: string | null): Promise<Member> {
    const member = memberId && (await this.#accounts.findMember(memberId));
    if (!member) throw new AppError('not_found', 'The account that this link belongs to is gone.');
    return member;
  }
}
