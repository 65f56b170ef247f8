import type { Database } from '../database/database.ts';
import { containsText } from '../database/dialect.ts';
import type { AuditAct, AuditEntry, AuditFilter, AuditParty } from './audit-entry.ts';

/** An entry before it has its number and the names that belong to its ids. */
export interface NewAuditEntry extends Omit<AuditEntry, 'id' | 'actor' | 'subject'> {
  actorId: string | null;
  subjectId: string | null;
}

interface AuditRow {
  id: number;
  at: Date | number;
  act: AuditAct;
  actor_id: string | null;
  subject_id: string | null;
  actor_email: string | null;
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

  async append(entry: NewAuditEntry): Promise<void> {
    await this.#database('audit_entries').insert({
      at: entry.at,
      act: entry.act,
      actor_id: entry.actorId,
      subject_id: entry.subjectId,
      address: entry.address,
      details: entry.details,
    });
  }

  /**
   * Entries, the newest first.
   * @param olderThan Id of the entry that the page comes after; null for the first page.
   */
  async list(filter: AuditFilter, olderThan: number | null, limit: number): Promise<AuditEntry[]> {
    const query = this.#database('audit_entries as entry')
      .leftJoin('members as actor', 'actor.id', 'entry.actor_id')
      .leftJoin('members as subject', 'subject.id', 'entry.subject_id')
      .orderBy('entry.id', 'desc')
      .limit(limit)
      .select<AuditRow[]>('entry.*', { actor_email: 'actor.email', subject_email: 'subject.email' });
    const { act, email, memberId, from, before } = filter;
    if (olderThan !== null) query.where('entry.id', '<', olderThan);
    if (act) query.where('entry.act', act);
    if (from) query.where('entry.at', '>=', from);
    if (before) query.where('entry.at', '<', before);
    if (memberId) {
      query.where((either) => either.where('entry.actor_id', memberId).orWhere('entry.subject_id', memberId));
    }
    if (email) {
      query.where((either) => {
        containsText(either, 'actor.email', email);
        either.orWhere((other) => containsText(other, 'subject.email', email));
      });
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
  return id === null ? null : { id, email };
}
