import { randomUUID } from 'node:crypto';
import type { Member } from './member.ts';
import type { MemberRepository } from './member-repository.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

/** Registers members and checks their passwords. */
export class AccountService {
  readonly #members: MemberRepository;
  /** The hash of a password that nobody has. */
  readonly #decoy = hashPassword(randomUUID());

  constructor({ members }: { members: MemberRepository }) {
    this.#members = members;
  }

  /** Whether the next account will be the first, and so the admin's. */
  isFirst(): Promise<boolean> {
    return this.#members.isEmpty();
  }

  /**
   * Adds an account; the first one becomes admin.
   * @param registration name, e-mail address (in lower case) and password as `registrationSchema` gives them.
   * @throws {AppError} `conflict` when the e-mail address has an account already.
   */
  async register(registration: { name: string; email: string; password: string }): Promise<Member> {
    const { name, email, password } = registration;
    return this.#members.create({ name, email, passwordHash: await hashPassword(password) });
  }

  /**
   * The member with this e-mail address (letter case ignored) and password; null when either is wrong. An
   * unknown address costs the same time as a wrong password, so that the time does not tell them apart.
   */
  async authenticate(email: string, password: string): Promise<Member | null> {
    const found = await this.#members.findCredentials(email.trim().toLowerCase());
    const matches = await verifyPassword(found?.passwordHash ?? (await this.#decoy), password);
    return matches && found !== null ? found.member : null;
  }

  /** Who runs this server, for members who need help. */
  listAdministrators(): Promise<Member[]> {
    return this.#members.listByRole('admin');
  }

  findMember(id: string): Promise<Member | null> {
    return this.#members.findById(id);
  }
}
