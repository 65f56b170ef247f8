import type { Request } from 'express';
import type { Member } from '../accounts/member.ts';
import { clientAddress } from './client-network.ts';
import { currentMember, findCurrentMember } from './current-member.ts';

/** Who acts in a request and from where, for the audit log. */
export function actSource(req: Request): { actor: Member | null; address: string | null } {
  return { actor: findCurrentMember(req) ?? null, address: clientAddress(req) };
}

/**
 * As `actSource`, for handlers of routes that visitors cannot reach.
 * @throws {AppError} `not_authenticated` for a visitor.
 */
export function memberSource(req: Request): { actor: Member; address: string | null } {
  return { actor: currentMember(req), address: clientAddress(req) };
}
