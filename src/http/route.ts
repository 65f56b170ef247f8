import type { IRouter, RequestHandler } from 'express';
import type { TokenScope } from '../accounts/api-token.ts';
import { demandJson } from './json-body.ts';
import { isApiPath } from './representation.ts';

/**
 * Who may call a route:
 * - `public`: everyone.
 * - `visitor`: people who are not logged in; a member is sent to the home page.
 * - `member`: accounts; on the API by session or API token, on pages by session.
 * - `session`: accounts by session only, for acts that a leaked API token must not be able to do.
 * - `owner`: as `member`; for everybody but the owner of what the path names, and admins, it is not there (404). That
 *   is for the feature's service to say, which knows whose it is.
 * - `owner-alone`: as `owner`, and an admin who is not the owner is told that it is not for admins (403).
 * - `admin`: as `member`, with that role.
 * - `admin-session`: as `session`, with that role.
 */
export type Access =
  | 'public'
  | 'visitor'
  | 'member'
  | 'session'
  | 'owner'
  | 'owner-alone'
  | 'admin'
  | 'admin-session';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * One thing that the site does. Access is no option: a route that does not say who may call it does not
 * compile.
 */
export interface Route {
  method: Method;
  /**
   * The whole path, in Express's notation. Paths below `/api/` and `/v1/` are the API, all others are pages.
   */
  path: string;
  access: Access;
  handler: RequestHandler | readonly RequestHandler[];
  /**
   * For multipart forms, whose token may stand in the body: the route's upload middleware calls
   * `CsrfProtection.verify` as soon as the fields are there. All other unsafe routes are verified before the
   * handler.
   */
  csrf?: 'in-upload';
  /** For a method that may change something, where this route changes nothing: an API token that only reads may call it. */
  changesNothing?: true;
}

/** What stands before every handler. */
export interface RouteGuards {
  authorize(access: Access, tokenScope: TokenScope): RequestHandler;
  verifyCsrf: RequestHandler;
}

const REGISTER = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const;

/**
 * A known path was asked with a method that it does not have. Carries status and header as Express's own
 * errors do.
 */
class MethodNotAllowed extends Error {
  readonly status = 405;
  readonly headers: Readonly<Record<string, string>>;

  constructor(allowed: string) {
    super(`This address answers ${allowed}.`);
    this.headers = { Allow: allowed };
  }
}

/**
 * Mounts routes in their order, each behind its guards: access first, then CSRF for unsafe methods, then on the API that
 * a body is JSON (or, in an upload, multipart), then the handler. Paths that stand in `routes` refuse other methods with 405; so all routes of the site belong into
 * one call.
 */
export function mountRoutes(router: IRouter, routes: readonly Route[], guards: RouteGuards): void {
  for (const route of routes) {
    router[REGISTER[route.method]](route.path, ...guardsOf(route, guards), ...[route.handler].flat());
  }
  const known = methodsByPath(routes);
  for (const [path, methods] of known) {
    const allowed = [...methods, ...(methods.has('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
    const page = pageAbove(path, known);
    router.all(path, (req, res) => {
      if (req.method === 'OPTIONS') return void res.set('Allow', allowed).status(204).end();
      if (page === null || !['GET', 'HEAD'].includes(req.method)) throw new MethodNotAllowed(allowed);
      const depth = page === '/' ? 1 : page.split('/').length;
      res.redirect(303, req.path.split('/', depth).join('/') || '/');
    });
  }
}

/**
 * The page that a form's address lies below, for who comes there without the form: by reloading what a refusal showed, or
 * from a login in between. Null on the API, whose clients are told by 405.
 */
function pageAbove(path: string, known: ReadonlyMap<string, ReadonlySet<string>>): string | null {
  if (isApiPath(path)) return null;
  for (let above = path; above !== ''; ) {
    above = above.slice(0, above.lastIndexOf('/'));
    if (known.get(above || '/')?.has('GET')) return above || '/';
  }
  return null;
}

function guardsOf(route: Route, guards: RouteGuards): RequestHandler[] {
  const access = guards.authorize(route.access, neededScope(route));
  if (route.method === 'GET' || route.csrf === 'in-upload') return [access];
  return [access, guards.verifyCsrf, ...(isApiPath(route.path) ? [demandJson] : [])];
}

/** What an API token must be allowed to do to call a route. */
export function neededScope({ method, changesNothing }: Route): TokenScope {
  return method === 'GET' || changesNothing ? 'read' : 'write';
}

function methodsByPath(routes: readonly Route[]): Map<string, Set<string>> {
  const methods = new Map<string, Set<string>>();
  for (const { path, method } of routes) {
    methods.set(path, (methods.get(path) ?? new Set()).add(method));
  }
  return methods;
}
