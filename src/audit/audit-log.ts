import type { AuditAct, AuditEntry, AuditFilter } from './audit-entry.ts';
import type { AuditRepository } from './audit-repository.ts';

/** What is told to the log beside the act; what is left out is null there. */
export interface AuditNote {
  actor?: { id: string } | null | undefined;
  /** Whose account it concerns; the actor's own unless told. */
  subject?: { id: string } | null | undefined;
  address?: string | null | undefined;
  details?: string | undefined;
}

const LONGEST_DETAILS = 500;

/** Writes down who did what to whom, when and from where, for every act that concerns security. */
export class AuditLog {
  readonly #entries: AuditRepository;

  constructor({ entries }: { entries: AuditRepository }) {
    this.#entries = entries;
  }

  async record(act: AuditAct, { actor, subject, address, details }: AuditNote): Promise<void> {
    await this.#entries.append({
      at: new Date(),
      act,
      actorId: actor?.id ?? null,
      subjectId: (subject === undefined ? actor?.id : subject?.id) ?? null,
      address: address ?? null,
      details: details?.slice(0, LONGEST_DETAILS) ?? null,
    });
  }

  /** Entries, the newest first; `olderThan` is the id that the page comes after. */
  list(filter: AuditFilter, olderThan: number | null, limit: number): Promise<AuditEntry[]> {
    return this.#entries.list(filter, olderThan, limit);
  }
}

/** An e-mail address as the log may keep it after its account is gone: `a…@example.org`. */
export function maskEmail(email: string): string {
  return email.replace(/^(.)[^@]*/u, '$1…');
}
