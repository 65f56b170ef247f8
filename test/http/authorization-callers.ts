import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import type { Response } from 'supertest';
import type { TokenScope } from '../../src/accounts/api-token.ts';
import type { Member } from '../../src/accounts/member.ts';
import type { Method } from '../../src/http/route.ts';
import type { TestApp } from '../test-app.ts';
import { Browser, cookiesOf, PASSWORD } from './browser.ts';

/** Everybody whom the site tells apart; the tokens are the owner's where they say nothing else. */
export type CallerName =
  | 'visitor'
  | 'member'
  | 'other member'
  | 'suspended member'
  | 'suspended token'
  | 'owner'
  | 'admin'
  | 'read token'
  | 'write token';

/** What a call carries beside its address and what proves who calls. */
export interface CallOptions {
  /** Whether a method that may change something comes with its CSRF token. */
  csrf?: boolean;
  headers?: Record<string, string>;
  body?: string;
}

type Headers = Record<string, string>;

const SEND: Partial<
  Record<
    Method,
    (browser: Browser, path: string, headers: Headers, body: string | undefined) => Promise<Response>
  >
> = {
  GET: (browser, path, headers) => browser.get(path, headers),
  POST: (browser, path, headers, body) => browser.post(path, body, headers),
  PATCH: (browser, path, headers, body) => browser.patch(path, body, headers),
  DELETE: (browser, path, headers) => browser.delete(path, headers),
};

/** A browser that goes on whatever a call did to its session. */
export class Caller {
  /** Whose account the calls come from; null for a visitor. */
  readonly member: Member | null;
  readonly #browser: Browser;
  readonly #proof: Headers;

  /** @param proof Headers that prove who calls; without them a member proves it by logging in. */
  constructor(server: Server, member: Member | null, proof: Headers = {}) {
    this.member = member;
    this.#browser = new Browser(server);
    this.#proof = proof;
  }

  async call(
    method: Method,
    path: string,
    { csrf = true, headers = {}, body }: CallOptions = {},
  ): Promise<Response> {
    const send = SEND[method];
    assert.ok(send, `add ${method} to SEND in test/http/authorization-callers.ts, and to Browser`);
    if (this.member !== null && Object.keys(this.#proof).length === 0) await this.#stayLoggedIn(this.member);
    const token: Headers =
      csrf && method !== 'GET' ? { 'X-CSRF-Token': await this.#browser.csrfToken('/about') } : {};
    return send(this.#browser, path, { ...this.#proof, ...token, ...headers }, body);
  }

  /** Some calls end the session: logging out is one of the routes. */
  async #stayLoggedIn({ email }: Member): Promise<void> {
    if ((await this.#browser.get('/api/v1/me')).status === 200) return;
    assert.equal((await this.#browser.logIn(email, PASSWORD)).status, 303);
  }
}

/** Makes the accounts of all callers. */
export async function createCallers({ server, services }: TestApp): Promise<Record<CallerName, Caller>> {
  const { accounts, administration, tokens } = services;
  const register = (name: string) =>
    accounts.register({ name, email: `${name}@example.org`, password: PASSWORD });
  const bearer = async (member: Member, scope: TokenScope) => {
    const { secret } = await tokens.create(member.id, { name: scope, scope });
    return new Caller(server, member, { Authorization: `Bearer ${secret}` });
  };
  // The first account becomes admin.
  const admin = await register('admin');
  const owner = await register('owner');
  const suspended = await register('suspended');
  const login = await new Browser(server).logIn(suspended.email, PASSWORD);
  const session = cookiesOf(login).get('detectx.sid')?.split(';')[0];
  assert.ok(session);
  await administration.suspend(suspended.id);
  return {
    visitor: new Caller(server, null),
    member: new Caller(server, await register('member')),
    'other member': new Caller(server, await register('other')),
    'suspended member': new Caller(server, suspended, { Cookie: session }),
    'suspended token': await bearer(suspended, 'write'),
    owner: new Caller(server, owner),
    admin: new Caller(server, admin),
    'read token': await bearer(owner, 'read'),
    'write token': await bearer(owner, 'write'),
  };
}
