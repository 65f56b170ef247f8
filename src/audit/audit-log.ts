import type { AuditAct, AuditEntry, AuditParty } from './audit-entry.ts';
import type { AuditFilter, AuditRepository } from './audit-repository.ts';

/** What is told to the log; what is left out is null there. */
export interface AuditNote {
  actor?: AuditParty | null;
  /** Whose account it concerns; the actor's own unless told. */
  subject?: AuditParty | null;
  address?: string | null;
  details?: string;
}

const LONGEST_DETAILS = 500;

/** Writes down who did what to whom, when and from where, for every act that concerns security. */
export class AuditLog {
  readonly #entries: AuditRepository;

  constructor({ entries }: { entries: AuditRepository }) {
    this.#entries = entries;
  }

  async record(act: AuditAct, { actor = null, subject, address = null, details }: AuditNote): Promise<void> {
    await this.#entries.append({
      at: new Date(),
      act,
      actor: named(actor),
      subject: named(subject === undefined ? actor : subject),
      address,
      details: details === undefined ? null : details.slice(0, LONGEST_DETAILS),
    });
  }

  /** Entries, the newest first; `olderThan` is the id that the page comes after. */
  list(filter: AuditFilter, olderThan: number | null, limit: number): Promise<AuditEntry[]> {
    return this.#entries.list(filter, olderThan, limit);
  }
}

function named(party: AuditParty | null): AuditParty | null {
  return party && { id: party.id, email: party.email };
}
