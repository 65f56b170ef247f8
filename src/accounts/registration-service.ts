import { AppError } from '../errors.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { AccountLinks } from './account-links.ts';
import type { AccountMails } from './account-mails.ts';
import type { AccountService } from './account-service.ts';
import type { Member } from './member.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

export interface Registration {
  name: string;
  /** In lower case. */
  email: string;
  password: string;
}

/**
 * How a registration was answered: `welcomed` with an account to go on with; `accepted` where nothing may be told,
 * because the address may have had an account before; `confirming` as that, and the account is made once the link in
 * the mail is opened.
 */
export type RegistrationAnswer =
  | { kind: 'welcomed'; member: Member }
  | { kind: 'accepted'; member: Member | null }
  | { kind: 'confirming' };

/** Lets people in: by themselves, or by invitation. */
export class RegistrationService {
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
   * Takes a registration. The first account is there at once. Where mail gets to people, every other one is made when
   * its address is confirmed; else it is made now. Whoever registers is not told whether the address had an account; its
   * owner is, by mail.
   * @throws {AppError} `invalid_input` for the field `password` when it is easy to guess.
   */
  async register(registration: Registration): Promise<RegistrationAnswer> {
    if (await this.#accounts.isFirst()) {
      return { kind: 'welcomed', member: await this.#accounts.register(registration) };
    }
    this.#accounts.refuseWeak(registration.password, registration);
    const known = await this.#accounts.findByEmail(registration.email);
    if (this.#mailer.reachesPeople) {
      await this.#askToConfirm(registration, known);
      return { kind: 'confirming' };
    }
    return { kind: 'accepted', member: await this.#registerNow(registration) };
  }

  /** The address that is to be confirmed. @throws {AppError} `not_found` */
  async openConfirmation(secret: string): Promise<string> {
    return (await this.#links.open('registration', secret)).email;
  }

  /**
   * Makes the account of a confirmed address. The password is asked again, so that nobody gets an account whose password
   * a stranger has chosen.
   * @throws {AppError} `not_found` for the link; `invalid_input` for the field `password` when it is not the one;
   *   `conflict` when the address has got an account meanwhile.
   */
  async confirm(secret: string, password: string): Promise<Member> {
    const { registration } = await this.#links.open('registration', secret);
    if (!registration || !(await verifyPassword(registration.passwordHash, password))) {
      const message = 'This is not the password that was chosen for this account.';
      throw new AppError('invalid_input', message, { fields: [{ path: 'password', message }] });
    }
    const { email } = await this.#links.use('registration', secret);
    return this.#accounts.create({ ...registration, email });
  }

  /** Invites whoever has this address; an address that has an account is told so. */
  async invite(email: string, inviter: Pick<Member, 'name'>): Promise<void> {
    const known = await this.#accounts.findByEmail(email);
    if (known) {
      const message = 'There is an account with this e-mail address already.';
      throw new AppError('conflict', message, { fields: [{ path: 'email', message }] });
    }
    const secret = await this.#links.issue('invitation', { email });
    this.#mailer.send(this.#mails.invitation(email, inviter.name, secret));
  }

  /** The address that was invited. @throws {AppError} `not_found` */
  async openInvitation(secret: string): Promise<string> {
    return (await this.#links.open('invitation', secret)).email;
  }

  /**
   * Makes the account of somebody who was invited.
   * @throws {AppError} `not_found` for the link; `invalid_input` for the field `password` when it is easy to guess;
   *   `conflict` when the address has got an account meanwhile.
   */
  async acceptInvitation(secret: string, chosen: { name: string; password: string }): Promise<Member> {
    const { email } = await this.#links.open('invitation', secret);
    this.#accounts.refuseWeak(chosen.password, { ...chosen, email });
    const passwordHash = await hashPassword(chosen.password);
    await this.#links.use('invitation', secret);
    return this.#accounts.create({ name: chosen.name, email, passwordHash });
  }

  async #askToConfirm({ name, email, password }: Registration, known: Member | null): Promise<void> {
    const passwordHash = await hashPassword(password);
    if (known) return this.#mailer.send(this.#mails.alreadyRegistered(known));
    const secret = await this.#links.issue('registration', { email, registration: { name, passwordHash } });
    this.#mailer.send(this.#mails.confirmRegistration(email, secret));
  }

  async #registerNow(registration: Registration): Promise<Member | null> {
    try {
      return await this.#accounts.register(registration);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
      const owner = await this.#accounts.findByEmail(registration.email);
      if (owner) this.#mailer.send(this.#mails.alreadyRegistered(owner));
      return null;
    }
  }
}
