import { createHash } from 'node:crypto';
import { AppError } from '../errors.ts';
import type { MemberSession, SessionRepository } from './session-repository.ts';

/** A session as its member sees it. */
export interface ListedSession extends Omit<MemberSession, 'sid'> {
  /** Names the session without opening it. */
  id: string;
  /** Whether it is the one that asks. */
  current: boolean;
}

/** Lists and ends the sessions of a member. */
export class SessionService {
  readonly #sessions: SessionRepository;

  constructor({ sessions }: { sessions: SessionRepository }) {
    this.#sessions = sessions;
  }

  /** The last seen first. */
  async list(memberId: string, currentSid: string): Promise<ListedSession[]> {
    const sessions = await this.#sessions.listOf(memberId);
    return sessions.map(({ sid, ...session }) => ({
      ...session,
      id: publicId(sid),
      current: sid === currentSid,
    }));
  }

  /**
   * Ends one session.
   * @throws {AppError} `not_found` when the member has no such session.
   */
  async revoke(memberId: string, id: string): Promise<MemberSession> {
    const session = (await this.#sessions.listOf(memberId)).find(({ sid }) => publicId(sid) === id);
    if (!session) throw new AppError('not_found', 'There is no such session; it may have ended already.');
    await this.#sessions.delete(memberId, session.sid);
    return session;
  }

  /** Ends all sessions of a member, but for one if it is named; returns how many. */
  revokeAll(memberId: string, exceptSid?: string): Promise<number> {
    return this.#sessions.deleteAllOf(memberId, exceptSid);
  }
}

function publicId(sid: string): string {
  return createHash('sha256').update(sid).digest('hex').slice(0, 32);
}
