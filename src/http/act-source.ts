import type { Request } from 'express';
import type { Member } from '../accounts/member.ts';
import { findCurrentMember } from './current-member.ts';

/** Who acts in a request and from where, for the audit log. */
export function actSource(req: Request): { actor: Member | null; address: string | null } {
  return { actor: findCurrentMember(req) ?? null, address: req.ip ?? null };
}
