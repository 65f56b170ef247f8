import type { Database } from '../database/database.ts';

/** A login of a member that has not ended. */
export interface MemberSession {
  /** The id in the session's cookie: whoever knows it is logged in. Never shown. */
  sid: string;
  /** What it came from, in words. */
  device: string;
  /** Network address of the login. */
  address: string;
  startedAt: Date;
  /** To within some minutes. */
  lastSeenAt: Date;
}

interface SessionRow {
  sid: string;
  member_id: string | null;
  expired: Date | string;
  created_at: Date | number | null;
  last_seen_at: Date | number | null;
  address: string | null;
  device: string | null;
}

/** The sessions of members, as far as they are listed and ended; `http/session-store.ts` keeps them. */
export class SessionRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Those that are logged in, the last seen first. */
  async listOf(memberId: string): Promise<MemberSession[]> {
    const rows = await this.#database<SessionRow>('sessions')
      .where({ member_id: memberId })
      .whereNotNull('last_seen_at')
      .orderBy([{ column: 'last_seen_at', order: 'desc' }, 'sid']);
    // As text or as a date, by the database; compared here, where both are the same.
    const live = rows.filter(({ expired }) => new Date(expired) > new Date());
    return live.map((row) => ({
      sid: row.sid,
      device: row.device ?? 'Unknown device',
      address: row.address ?? '',
      startedAt: new Date(row.created_at ?? 0),
      lastSeenAt: new Date(row.last_seen_at ?? 0),
    }));
  }

  /** Ends one session. */
  async delete(memberId: string, sid: string): Promise<void> {
    await this.#database<SessionRow>('sessions').where({ member_id: memberId, sid }).delete();
  }

  /** Ends all sessions of a member, but for one if it is named; returns how many. */
  async deleteAllOf(memberId: string, exceptSid?: string): Promise<number> {
    const query = this.#database<SessionRow>('sessions').where({ member_id: memberId });
    if (exceptSid !== undefined) query.whereNot({ sid: exceptSid });
    return query.delete();
  }
}
