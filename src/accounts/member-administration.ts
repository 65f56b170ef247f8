import { AppError } from '../errors.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { AccountMails } from './account-mails.ts';
import type { Member, Quota, Role } from './member.ts';
import type { MemberRepository } from './member-repository.ts';
import type { SessionService } from './session-service.ts';

/** What admins do with the accounts of others. There is always an admin left. */
export class MemberAdministration {
  readonly #members: MemberRepository;
  readonly #sessions: SessionService;
  readonly #mailer: Mailer;
  readonly #mails: AccountMails;

  constructor(dependencies: {
    members: MemberRepository;
    sessions: SessionService;
    mailer: Mailer;
    mails: AccountMails;
  }) {
    this.#members = dependencies.members;
    this.#sessions = dependencies.sessions;
    this.#mailer = dependencies.mailer;
    this.#mails = dependencies.mails;
  }

  /** @throws {AppError} `not_found` */
  async get(memberId: string): Promise<Member> {
    const member = await this.#members.findById(memberId);
    if (member === null)
      throw new AppError('not_found', 'There is no such account; it may have been deleted.');
    return member;
  }

  /**
   * Suspends an account: its sessions end at once, its API tokens are refused, and nobody can log in to it. What it keeps
   * stays as it is.
   * @throws {AppError} `not_found`; `conflict` for the last admin.
   */
  async suspend(memberId: string): Promise<Member> {
    const member = await this.get(memberId);
    await this.#members.setSuspended(memberId, member.suspendedAt ?? new Date());
    await this.#sessions.revokeAll(memberId);
    return member;
  }

  /** @throws {AppError} `not_found` */
  async reinstate(memberId: string): Promise<Member> {
    const member = await this.get(memberId);
    await this.#members.setSuspended(memberId, null);
    return member;
  }

  /**
   * Gives an account another role; its sessions end, so that none goes on with other rights than it began with.
   * @throws {AppError} `not_found`; `conflict` for the last admin.
   */
  async setRole(memberId: string, role: Role): Promise<Member> {
    const member = await this.get(memberId);
    if (member.role === role) return member;
    await this.#members.setRole(memberId, role);
    await this.#sessions.revokeAll(memberId);
    const what = `You are now ${role === 'admin' ? 'an admin' : 'a member'} of this DetectX.`;
    this.#mailer.send(this.#mails.notice(member, 'Your role was changed', what));
    return member;
  }

  /** @throws {AppError} `not_found` */
  async setQuota(memberId: string, quota: Quota): Promise<Member> {
    const member = await this.get(memberId);
    await this.#members.setQuota(memberId, quota);
    return member;
  }
}
