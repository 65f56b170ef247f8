import type { Request } from 'express';
import { findCurrentMember } from './current-member.ts';
import type { FlashMessage } from './view-model.ts';

declare module 'express-session' {
  interface SessionData {
    flash: FlashMessage[];
  }
}

/** Shows a message on the member's next page. A visitor has no session to keep it in, and sees none. */
export function flash(req: Request, kind: FlashMessage['kind'], message: string): void {
  if (findCurrentMember(req) === undefined) return;
  req.session.flash = [...(req.session.flash ?? []), { kind, message }];
}

/** The messages that wait for this page; each is shown once. */
export function takeFlash(req: Request): readonly FlashMessage[] {
  const messages = req.session?.flash ?? [];
  if (messages.length > 0) delete req.session.flash;
  return messages;
}
