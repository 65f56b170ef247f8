import { AppError } from '../errors.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { AccountLinks } from './account-links.ts';
import type { AccountMails } from './account-mails.ts';
import type { AccountService } from './account-service.ts';
import type { Member } from './member.ts';

/** Gives an account another e-mail address, once it is confirmed from there. */
export class EmailChangeService {
  readonly #accounts: AccountService;
  readonly #links: AccountLinks;
  readonly #mailer: Mailer;
  readonly #mails: AccountMails;

  constructor(dependencies: {
    accounts: AccountService;
    links: AccountLinks;
    mailer: Mailer;
    mails: AccountMails;
  }) {
    this.#accounts = dependencies.accounts;
    this.#links = dependencies.links;
    this.#mailer = dependencies.mailer;
    this.#mails = dependencies.mails;
  }

  /**
   * Sends a link to the new address, and a notice to the present one. A new address that belongs to an account already is
   * told so by mail, and the member is not told.
   * @param email in lower case
   */
  async ask(member: Member, email: string): Promise<void> {
    if (email === member.email) {
      const message = 'This is your e-mail address already.';
      throw new AppError('invalid_input', message, { fields: [{ path: 'email', message }] });
    }
    if (await this.#accounts.findByEmail(email)) {
      this.#mailer.send(this.#mails.emailTaken(email));
    } else {
      const secret = await this.#links.issue('email', { memberId: member.id, email });
      this.#mailer.send(this.#mails.confirmEmail(member.name, email, secret));
    }
    const what = 'A change of the e-mail address of your DetectX account was asked for.';
    this.#mailer.send(this.#mails.notice(member, 'Your e-mail address is about to change', what));
  }

  /** The new address that the link confirms. @throws {AppError} `not_found` when it is wrong, used up or too old. */
  async open(secret: string): Promise<string> {
    return (await this.#links.open('email', secret)).email;
  }

  /**
   * Gives the account its new address. A password reset that was sent to the old one is worth nothing any more.
   * @returns The account as it is now.
   * @throws {AppError} `not_found` for the link; `conflict` when the address has got an account meanwhile.
   */
  async confirm(secret: string): Promise<Member> {
    const { memberId, email } = await this.#links.use('email', secret);
    const member = memberId && (await this.#accounts.findMember(memberId));
    if (!member) throw new AppError('not_found', 'The account that this link belongs to is gone.');
    await this.#accounts.setEmail(member.id, email);
    await this.#links.revoke(member.id, 'reset');
    const what = 'The e-mail address of your DetectX account is another one now.';
    this.#mailer.send(this.#mails.notice(member, 'Your e-mail address was changed', what));
    return { ...member, email };
  }
}
