import type { Database } from '../database/database.ts';
import type { AuditAct, AuditEntry, AuditParty } from './audit-entry.ts';

/** What entries are looked for by; everything that is set must hold. */
export interface AuditFilter {
  act?: AuditAct | undefined;
  /** Actor or subject has this in the e-mail address; in lower case. */
  email?: string | undefined;
  /** At or after. */
  from?: Date | undefined;
  /** Before. */
  before?: Date | undefined;
}

interface AuditRow {
  id: number;
  at: Date | number;
  act: AuditAct;
  actor_id: string | null;
  actor_email: string | null;
  subject_id: string | null;
  subject_email: string | null;
  address: string | null;
  details: string | null;
}

/** The audit log. It only grows: there is no way to change or remove an entry. */
export class AuditRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async append(entry: Omit<AuditEntry, 'id'>): Promise<void> {
    await this.#database('audit_entries').insert({
      at: entry.at,
      act: entry.act,
      actor_id: entry.actor?.id ?? null,
      actor_email: entry.actor?.email ?? null,
      subject_id: entry.subject?.id ?? null,
      subject_email: entry.subject?.email ?? null,
      address: entry.address,
      details: entry.details,
    });
  }

  /**
   * Entries, the newest first.
   * @param olderThan Id of the entry that the page comes after; null for the first page.
   */
  async list(filter: AuditFilter, olderThan: number | null, limit: number): Promise<AuditEntry[]> {
    const query = this.#database<AuditRow>('audit_entries').orderBy('id', 'desc').limit(limit);
    const { act, email, from, before } = filter;
    if (olderThan !== null) query.where('id', '<', olderThan);
    if (act) query.where({ act });
    if (from) query.where('at', '>=', from);
    if (before) query.where('at', '<', before);
    if (email) {
      query.where((either) =>
        either.whereLike('actor_email', `%${email}%`).orWhereLike('subject_email', `%${email}%`),
      );
    }
    return (await query).map(toEntry);
  }
}

function toEntry(row: AuditRow): AuditEntry {
  return {
    id: Number(row.id),
    at: new Date(row.at),
    act: row.act,
    actor: party(row.actor_id, row.actor_email),
    subject: party(row.subject_id, row.subject_email),
    address: row.address,
    details: row.details,
  };
}

function party(id: string | null, email: string | null): AuditParty | null {
  return id === null || email === null ? null : { id, email };
}
