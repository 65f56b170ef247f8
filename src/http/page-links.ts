import type { Request } from 'express';

/** The address of this page with other values in its query; null takes one out. */
export function hrefWith(req: Request, changes: Readonly<Record<string, string | null>>): string {
  const { pathname, searchParams } = new URL(req.originalUrl, 'http://this-site.invalid');
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) searchParams.delete(name);
    else searchParams.set(name, value);
  }
  return searchParams.size > 0 ? `${pathname}?${searchParams}` : pathname;
}
