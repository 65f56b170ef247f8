import { ConnectSessionKnexStore } from 'connect-session-knex';
import type { Request } from 'express';
import type { Session, SessionData } from 'express-session';
import type { Database } from '../database/database.ts';
import type { Logger } from '../logger.ts';

declare module 'express-session' {
  interface SessionData {
    /** What passport keeps: the id of the member. */
    passport?: { user?: string };
  }
}

const CLEANUP_INTERVAL_MS = 15 * 60_000;

/**
 * Keeps sessions in the table `sessions`, with what their members see of them in columns of its own. Differs from its
 * base in three ways: a fault of the database reaches the request that met it and never ends the process; a session
 * that has ended meanwhile is not brought back by a slower request that still holds it; and a request that changes
 * nothing writes nothing (see `keepSessionAlive`).
 */
export class SessionStore extends ConnectSessionKnexStore {
  readonly #database: Database;
  readonly #loaded = new WeakSet<SessionData>();

  constructor(database: Database, logger: Logger) {
    super({
      knex: database,
      createTable: false,
      cleanupInterval: CLEANUP_INTERVAL_MS,
      onDbCleanupError: (error) => logger.warn({ err: error }, 'expired sessions could not be removed'),
    });
    this.#database = database;
    // Every call awaits the same promise and reports its failure; unobserved it would end the process.
    this.ready.catch(() => undefined);
  }

  override createSession(req: Request, data: SessionData): Session & SessionData {
    const session = super.createSession(req, data);
    this.#loaded.add(session);
    return session;
  }

  override async get(
    sid: string,
    callback: (error: unknown, session?: SessionData | null) => void,
  ): Promise<SessionData | null> {
    // The base reports to the callback and then throws as well; the same in the methods below.
    return super.get(sid, callback).catch(() => null);
  }

  override async set(sid: string, session: SessionData, callback?: (error?: unknown) => void): Promise<void> {
    try {
      if (this.#loaded.has(session)) {
        await this.#database('sessions')
          .where({ sid })
          .update({ sess: JSON.stringify(session), ...listedColumns(session) });
        await super.touch(sid, session);
      } else {
        await super.set(sid, session);
        await this.#database('sessions').where({ sid }).update(listedColumns(session));
      }
      callback?.();
    } catch (error) {
      callback?.(error);
    }
  }

  override async touch(_sid: string, _session: SessionData, callback?: () => void): Promise<void> {
    callback?.();
  }

  override async destroy(sid: string, callback?: (error?: unknown) => void): Promise<number> {
    return super.destroy(sid, callback).catch(() => 0);
  }

  /** Ends the removal of expired sessions; call it before the database closes. */
  close(): void {
    this.options.cleanupInterval = 0;
    clearTimeout(this.nextDbCleanup);
  }
}

/** What a session is listed and found by, beside the data that it holds. */
function listedColumns({ passport, pendingLogin, startedAt, lastSeenAt, address, device }: SessionData) {
  return {
    member_id: passport?.user ?? pendingLogin?.memberId ?? null,
    created_at: startedAt === undefined ? null : new Date(startedAt),
    // Who has still to prove a second factor was not seen yet.
    last_seen_at: lastSeenAt === undefined || pendingLogin ? null : new Date(lastSeenAt),
    address: address ?? null,
    device: device ?? null,
  };
}
