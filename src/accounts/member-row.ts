import type { Member, Role } from './member.ts';

/** An account as the table `members` holds it. */
export interface MemberRow {
  id: string;
  name: string;
  email: string;
  password_hash: string;
  role: Role;
  created_at: Date | number;
  suspended_at: Date | number | null;
  quota_photos: number | null;
  quota_bytes: number | string | null;
}

export function toMember(row: MemberRow): Member {
  const { id, name, email, role } = row;
  return {
    id,
    name,
    email,
    role,
    createdAt: new Date(row.created_at),
    suspendedAt: row.suspended_at === null ? null : new Date(row.suspended_at),
    quota: {
      photos: row.quota_photos,
      bytes: row.quota_bytes === null ? null : Number(row.quota_bytes),
    },
  };
}
