import type { Request } from 'express';

// Only there to resolve against; never shown and never asked.
const THIS_SITE = 'http://this-site.invalid';

/**
 * A path of this site to return to, from a value that anybody may have written into a link or a form.
 * Absolute addresses and everything that a browser would read as one (`//host`, `/\host`, control characters
 * in between) give null.
 */
export function safeReturnPath(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 2000 || !value.startsWith('/')) return null;
  // Printable ASCII without the backslash; browsers encode everything else before they send it.
  if (!/^[\x21-\x5b\x5d-\x7e]+$/.test(value) || !URL.canParse(value, THIS_SITE)) return null;
  const url = new URL(value, THIS_SITE);
  const path = url.pathname + url.search + url.hash;
  // Dot segments may leave a path that begins with two slashes, which is another host.
  return url.origin === THIS_SITE && !path.startsWith('//') ? path : null;
}

/** Where a visitor was going: the address itself, or for a form that was sent, the page that it stood on. */
export function wantedPath(req: Request): string {
  if (req.method === 'GET' || req.method === 'HEAD') return safeReturnPath(req.originalUrl) ?? '/';
  const referrer = req.get('Referer');
  if (referrer === undefined || !URL.canParse(referrer)) return '/';
  const { host, pathname, search } = new URL(referrer);
  return host === req.get('Host') ? (safeReturnPath(pathname + search) ?? '/') : '/';
}

/** Where to go after a login: from the form that is sent, or from the link that leads to it; null for the home page. */
export function nextPath(req: Request): string | null {
  return safeReturnPath(req.body?.next ?? req.query.next);
}
