import type { UserLine } from './admin-view.ts';
import type { DirectoryEntry } from './member-directory-read-model.ts';

/** An account as a line of a table. */
export function userLine(entry: DirectoryEntry): UserLine {
  const { id, name, email, role, hasSecondFactor, photos, bytes } = entry;
  return {
    id,
    name,
    email,
    role,
    hasSecondFactor,
    photos,
    bytes,
    suspended: entry.suspendedAt !== null,
    createdAt: entry.createdAt.toISOString(),
    lastSeenAt: entry.lastSeenAt?.toISOString() ?? null,
  };
}
