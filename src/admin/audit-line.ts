import { AUDIT_ACTS, type AuditEntry, type AuditParty } from '../audit/audit-entry.ts';
import type { AuditLine } from './admin-view.ts';

/** An entry of the audit log in words. */
export function auditLine({ id, at, act, actor, subject, address, details }: AuditEntry): AuditLine {
  return {
    id,
    at: at.toISOString(),
    act: AUDIT_ACTS[act],
    actor: partyName(actor),
    subject: subject?.id === actor?.id ? null : partyName(subject),
    address,
    details,
  };
}

/** The address of an account, or what is left of one that is gone. */
export function partyName(party: AuditParty | null): string | null {
  return party && (party.email ?? `deleted account ${party.id.slice(0, 8)}`);
}
