import type { RequestHandler } from 'express';
import { findCurrentMember } from './current-member.ts';

declare global {
  namespace Express {
    interface Locals {
      /** For the layout; see `LayoutModel`. */
      newFeedback?: number;
    }
  }
}

/** Counts what waits for admins, for the navigation of their pages. Stands behind the authentication. */
export function createAdminNews({
  countNewFeedback,
}: {
  countNewFeedback(): Promise<number>;
}): RequestHandler {
  return async (req, res, next) => {
    if (findCurrentMember(req)?.role === 'admin') res.locals.newFeedback = await countNewFeedback();
    next();
  };
}
