import { randomUUID } from 'node:crypto';
import { AppError } from '../errors.ts';
import type { AccountLinks } from './account-links.ts';
import type { Member } from './member.ts';
import type { MemberRepository, NewMember } from './member-repository.ts';
import { passwordWeakness } from './password-strength.ts';
import { hashPassword, isOutdated, verifyPassword } from './passwords.ts';

/** Registers members and checks their passwords. */
export class AccountService {
  readonly #members: MemberRepository;
  readonly #links: AccountLinks;
  /** The hash of a password that nobody has. */
  readonly #decoy = hashPassword(randomUUID());

  constructor({ members, links }: { members: MemberRepository; links: AccountLinks }) {
    this.#members = members;
    this.#links = links;
  }

  /** Whether the next account will be the first, and so the admin's. */
  isFirst(): Promise<boolean> {
    return this.#members.isEmpty();
  }

  /**
   * Adds an account; the first one becomes admin.
   * @param registration name, e-mail address (in lower case) and password as `registrationSchema` gives them.
   * @throws {AppError} `conflict` when the e-mail address has an account already; `invalid_input` for the field
   *   `password` when it is easy to guess.
   */
  async register(registration: { name: string; email: string; password: string }): Promise<Member> {
    const { name, email, password } = registration;
    this.refuseWeak(password, registration);
    return this.create({ name, email, passwordHash: await hashPassword(password) });
  }

  /**
   * As `register`, with a password that was judged and hashed before.
   * @throws {AppError} `conflict`
   */
  create(member: NewMember): Promise<Member> {
    return this.#members.create(member);
  }

  /**
   * The member with this e-mail address (letter case ignored) and password; null when either is wrong. An
   * unknown address costs the same time as a wrong password, so that the time does not tell them apart.
   */
  async authenticate(email: string, password: string): Promise<Member | null> {
    const found = await this.#members.findCredentials(email.trim().toLowerCase());
    const matches = await verifyPassword(found?.passwordHash ?? (await this.#decoy), password);
    if (!matches || found === null) return null;
    // The password is known only now: the moment to bring its hash up to today's parameters.
    if (isOutdated(found.passwordHash))
      await this.#members.setPasswordHash(found.member.id, await hashPassword(password));
    return found.member;
  }

  /** Whether this is the member's password; asked before what must not happen by a stolen session. */
  async isPassword(member: Pick<Member, 'email'>, password: string): Promise<boolean> {
    const found = await this.#members.findCredentials(member.email);
    return found !== null && verifyPassword(found.passwordHash, password);
  }

  rename(memberId: string, name: string): Promise<void> {
    return this.#members.setName(memberId, name);
  }

  /**
   * Gives an account a new password. Links that were asked for under the old one are worth nothing any more.
   * @throws {AppError} `invalid_input` for the field `password` when it is easy to guess.
   */
  async setPassword(member: Pick<Member, 'id' | 'name' | 'email'>, password: string): Promise<void> {
    this.refuseWeak(password, member);
    await this.#members.setPasswordHash(member.id, await hashPassword(password));
    await this.#links.revoke(member.id, 'email');
    await this.#links.revoke(member.id, 'reset');
  }

  /** @throws {AppError} `conflict` when the address (in lower case) has an account already. */
  setEmail(memberId: string, email: string): Promise<void> {
    return this.#members.setEmail(memberId, email);
  }

  /** @throws {AppError} `invalid_input` for the field `password` when it is easy to guess, for this person above all. */
  refuseWeak(password: string, { name, email }: { name: string; email: string }): void {
    const message = passwordWeakness(password, [name, email]);
    if (message) throw new AppError('invalid_input', message, { fields: [{ path: 'password', message }] });
  }

  /** Who runs this server, for members who need help. */
  listAdmins(): Promise<Member[]> {
    return this.#members.listByRole('admin');
  }

  findMember(id: string): Promise<Member | null> {
    return this.#members.findById(id);
  }

  /** @param email in lower case */
  async findByEmail(email: string): Promise<Member | null> {
    return (await this.#members.findCredentials(email))?.member ?? null;
  }
}
