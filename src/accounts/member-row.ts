import type { Member, Role } from './member.ts';

/** An account as the table `members` holds it. */
export interface MemberRow {
  id: string;
  name: string;
  email: string;
  password_hash: string;
  role: Role;
  created_at: Date | number;
}

export function toMember(row: MemberRow): Member {
  const { id, name, email, role } = row;
  return { id, name, email, role, createdAt: new Date(row.created_at) };
}
