import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Response } from 'supertest';
import type { Member } from '../../src/accounts/member.ts';
import { siteRoutes } from '../../src/app.ts';
import { createAuthentication } from '../../src/http/authentication.ts';
import { createCsrfProtection } from '../../src/http/csrf.ts';
import { isApiPath } from '../../src/http/representation.ts';
import { type Access, neededScope, type Route } from '../../src/http/route.ts';
import { startTestApp } from '../test-app.ts';
import { type Address, hasParameter, newAddress } from './authorization-addresses.ts';
import { type CallerName, createCallers } from './authorization-callers.ts';

/**
 * What a call comes to: let in, whatever the handler makes of it; sent to the home page; asked to log in, which is a 401
 * on the API; or refused with a status. A token that may only read is let in `to read`.
 */
type Outcome = 'in' | 'to read' | 'home' | 'login' | number;

/** Who has no business with what is the owner's … */
const STRANGERS = ['visitor', 'member', 'other member', 'suspended member', 'suspended token'] as const;
/** … and who has. */
const INSIDERS = ['owner', 'admin', 'read token', 'write token'] as const;
const CALLERS = [...STRANGERS, ...INSIDERS] as const;

type OutcomeForEach<Callers extends readonly CallerName[]> = { readonly [Index in keyof Callers]: Outcome };

/** In the order of `CALLERS`; what stands for tokens holds for the API alone. */
const OUTCOMES: Readonly<Record<Access, OutcomeForEach<typeof CALLERS>>> = {
  public: ['in', 'in', 'in', 'in', 'login', 'in', 'in', 'in', 'in'],
  visitor: ['in', 'home', 'home', 'in', 'login', 'home', 'home', 'home', 'home'],
  member: ['login', 'in', 'in', 'login', 'login', 'in', 'in', 'to read', 'in'],
  session: ['login', 'in', 'in', 'login', 'login', 'in', 'in', 403, 403],
  owner: ['login', 404, 404, 'login', 'login', 'in', 'in', 'to read', 'in'],
  'owner-alone': ['login', 404, 404, 'login', 'login', 'in', 403, 'to read', 'in'],
  admin: ['login', 403, 403, 'login', 'login', 403, 'in', 403, 403],
  'admin-session': ['login', 403, 403, 'login', 'login', 403, 'in', 403, 403],
};

/** Tables whose rows belong to a member by their column `member_id`. */
const TABLES = [
  'photos',
  'saved_searches',
  'sessions',
  'api_tokens',
  'account_links',
  'second_factors',
  'recovery_codes',
  'feedback',
];

/** Where a path names what is a member's own. */
const FOR_MEMBERS: ReadonlySet<Access> = new Set(['member', 'session', 'owner', 'owner-alone']);

/** A form with an empty file and no token: routes that receive photos check the token when a file arrives. */
const FORM_WITHOUT_TOKEN = {
  csrf: false,
  headers: { Accept: 'application/json', 'Content-Type': 'multipart/form-data; boundary=part' },
  body: '--part\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\n\r\n\r\n--part--\r\n',
};

describe('authorization', async () => {
  const app = await startTestApp();
  after(() => app.close());
  const { services } = app;
  const callers = await createCallers(app);
  const owner = memberOf('owner');
  const routes = siteRoutes(
    services,
    createAuthentication(services),
    createCsrfProtection({ secret: services.sessionSecret }),
  );

  test('is declared by every route, or the route does not compile', () => {
    // @ts-expect-error Property 'access' is missing.
    const route: Route = { method: 'GET', path: '/', handler: () => undefined };
    assert.equal('access' in route, false);
  });

  describe('lets in whom a route is declared for, and leaves to the owner what is theirs', () => {
    for (const route of routes) {
      test(nameOf(route), async () => {
        const address = await newAddress(app, route, owner);
        const kept = await rowsOf(owner);
        const strangers = await outcomesFor(STRANGERS, route, address);
        assert.deepEqual(await rowsOf(owner), kept);
        const insiders = await outcomesFor(INSIDERS, route, address);
        const expected = CALLERS.map((caller) => [caller, expectedOutcome(route, caller)]);
        assert.deepEqual({ ...strangers, ...insiders }, Object.fromEntries(expected));
      });
    }
  });

  describe('shows another member no difference between what is not theirs and what is not there', () => {
    for (const route of routes) {
      if (!hasParameter(route) || !FOR_MEMBERS.has(route.access)) continue;
      test(nameOf(route), async () => {
        const { path, unknownPath } = await newAddress(app, route, owner);
        const kept = await rowsOf(owner);
        const stranger = callers['other member'];
        const foreign = await stranger.call(route.method, path);
        const unknown = await stranger.call(route.method, unknownPath);
        assert.deepEqual([foreign.status, unknown.status], [404, 404]);
        assert.deepEqual(answerOf(foreign, path), answerOf(unknown, unknownPath));
        assert.deepEqual(await rowsOf(owner), kept);
      });
    }
  });

  describe('asks a browser for its CSRF token', () => {
    for (const route of routes) {
      if (route.method === 'GET') continue;
      test(nameOf(route), async () => {
        const caller = callers[route.access === 'visitor' ? 'visitor' : 'admin'];
        const { path } = await newAddress(app, route, caller.member ?? owner);
        const { status, body } = await caller.call(route.method, path, FORM_WITHOUT_TOKEN);
        assert.deepEqual([status, body.type], [403, 'urn:detectx:error:invalid_csrf_token']);
      });
    }
  });

  async function outcomesFor(names: readonly CallerName[], route: Route, ofOwner: Address) {
    const outcomes: Partial<Record<CallerName, Outcome>> = {};
    for (const name of names) {
      const { path } = await addressFor(name, route, ofOwner);
      outcomes[name] = outcomeOf(await callers[name].call(route.method, path), route);
    }
    return outcomes;
  }

  /** What a caller is let in to may be used up by it, or be only for those whose it is; all else stays the owner's. */
  async function addressFor(name: CallerName, route: Route, ofOwner: Address): Promise<Address> {
    if (expectedOutcome(route, name) !== 'in') return ofOwner;
    const holder = route.access === 'owner' ? owner : (callers[name].member ?? owner);
    return holder === owner && route.method === 'GET' ? ofOwner : newAddress(app, route, holder);
  }

  async function rowsOf({ id }: Member): Promise<unknown[]> {
    const { database } = services;
    const rows = await Promise.all(TABLES.map((table) => database(table).where({ member_id: id })));
    // When a token was used last is noted after the answer.
    const lasting = rows.flat().map(({ last_used_at, ...row }) => row);
    return [...(await database('members').where({ id })), ...lasting];
  }

  function memberOf(name: CallerName): Member {
    const { member } = callers[name];
    assert.ok(member);
    return member;
  }
});

function nameOf({ method, path, access }: Route): string {
  return `${method} ${path} (${access})`;
}

/** What the declaration of a route says that a caller meets. */
function expectedOutcome(route: Route, caller: CallerName): Exclude<Outcome, 'to read'> {
  const api = isApiPath(route.path);
  // Pages pay no heed to tokens.
  const met = OUTCOMES[route.access][CALLERS.indexOf(!api && caller.endsWith('token') ? 'visitor' : caller)];
  assert.ok(met);
  if (met === 'login') return api ? 401 : 'login';
  if (met === 'to read') return neededScope(route) === 'read' ? 'in' : 403;
  return met;
}

/** What a caller met. */
function outcomeOf({ status, headers }: Response, { access }: Route): Outcome {
  const { location = '' } = headers;
  // Handlers have redirects of their own; only the guard says where to go on after the login.
  if (status === 303 && /^\/(login|session-expired)\?next=/.test(location)) return 'login';
  if (status === 303 && location === '/' && access === 'visitor') return 'home';
  return [401, 403, 404].includes(status) || status >= 500 ? status : 'in';
}

/** All of an answer that could tell something: without what differs from call to call, and the address itself. */
function answerOf({ headers, text }: Response, path: string): object {
  const { date, etag, 'x-request-id': requestId, ...others } = headers;
  return { headers: others, said: text.replaceAll(String(requestId), '').replaceAll(path, '') };
}
