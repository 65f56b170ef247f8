import { z } from 'zod';
import { safeReturnPath } from './return-path.ts';
import type { Route } from './route.ts';
import { parse } from './validation.ts';
import { THEME_COOKIE } from './view-locals.ts';
import { THEMES } from './view-model.ts';

const YEAR_MS = 365 * 24 * 60 * 60_000;
const themeSchema = z.object({ theme: z.enum(THEMES, 'Choose system, light or dark.') });

/** The switch between light and dark: kept in the browser, so that visitors have it too. */
export function themePages(): Route[] {
  return [
    {
      method: 'POST',
      path: '/theme',
      access: 'public',
      handler: (req, res) => {
        const { theme } = parse(themeSchema, req.body);
        res.cookie(THEME_COOKIE, theme, {
          maxAge: YEAR_MS,
          httpOnly: true,
          sameSite: 'lax',
          secure: req.secure,
        });
        res.redirect(303, safeReturnPath(req.body.next) ?? '/');
      },
    },
  ];
}
