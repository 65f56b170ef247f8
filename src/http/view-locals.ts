import type { Request, RequestHandler, Response } from 'express';
import type { CsrfProtection } from './csrf.ts';
import { findCurrentMember } from './current-member.ts';
import { takeFlash } from './flash.ts';
import { type LayoutModel, THEMES, type Theme } from './view-model.ts';

export const THEME_COOKIE = 'theme';

export interface ViewLocalsOptions {
  csrf: CsrfProtection;
  assetVersion: string;
  registrationOpen: boolean;
}

/**
 * Gives every page its `layout`. It is made when a page is rendered, not before: only then does a request
 * take the flash messages and set the CSRF cookie, and an error page has it too, however early the request
 * failed.
 */
export function createViewLocals(options: ViewLocalsOptions): RequestHandler {
  return (req, res, next) => {
    let layout: LayoutModel | undefined;
    Object.defineProperty(res.locals, 'layout', {
      enumerable: true,
      get: () => {
        layout ??= layoutFor(req, res, options);
        return layout;
      },
    });
    next();
  };
}

function layoutFor(req: Request, res: Response, options: ViewLocalsOptions): LayoutModel {
  const member = findCurrentMember(req);
  return {
    path: req.originalUrl,
    member: member ? { id: member.id, name: member.name, email: member.email, role: member.role } : null,
    // Without a session (the database failed) a new token would only spoil the one that other tabs hold.
    csrfToken: req.session === undefined ? '' : options.csrf.token(req, res),
    theme: themeOf(req),
    flash: takeFlash(req),
    assetVersion: options.assetVersion,
    registrationOpen: options.registrationOpen,
    newFeedback: res.locals.newFeedback ?? 0,
  };
}

function themeOf(req: Request): Theme {
  return THEMES.find((theme) => theme === req.cookies?.[THEME_COOKIE]) ?? 'system';
}
