import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import type { Express } from 'express';
import request, { type Response } from 'supertest';

export const PASSWORD = 'correct horse battery 9';

/**
 * One person's browser without script: keeps cookies and sends forms with the token of the page they stand
 * on.
 */
export class Browser {
  readonly app: Express | Server;
  readonly #agent: ReturnType<typeof request.agent>;

  constructor(app: Express | Server) {
    this.app = app;
    this.#agent = request.agent(app);
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.#send('get', path, undefined, headers);
  }

  head(path: string): Promise<Response> {
    return this.#agent.head(path).redirects(0);
  }

  async csrfToken(page: string): Promise<string> {
    const { text } = await this.get(page);
    const token = /name="csrf-token"\s+content="([^"]+)"/.exec(text)?.[1];
    assert.ok(token, `${page} has no CSRF token`);
    return token;
  }

  async submit(
    path: string,
    fields: Record<string, string>,
    { page = path, headers = {} }: { page?: string; headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const body = new URLSearchParams({ _csrf: await this.csrfToken(page), ...fields });
    return this.#send('post', path, body.toString(), {
      'Content-Type': 'application/x-www-form-urlencoded',
      ...headers,
    });
  }

  /** A call of the API, as the script of a page makes it. */
  async call(method: 'post' | 'patch' | 'delete' | 'get', path: string, body?: object): Promise<Response> {
    const headers = {
      Accept: 'application/json',
      'X-CSRF-Token': method === 'get' ? '' : await this.csrfToken('/'),
      ...(body ? { 'Content-Type': 'application/json' } : {}),
    };
    return this.#send(method, path, body ? JSON.stringify(body) : undefined, headers);
  }

  post(path: string, body?: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.#send('post', path, body, headers);
  }

  patch(path: string, body?: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.#send('patch', path, body, headers);
  }

  /** Sends a form without fields that is answered by a file; the body is its bytes. */
  async download(path: string, page: string): Promise<Response> {
    const headers = { 'X-CSRF-Token': await this.csrfToken(page) };
    return this.#agent.post(path).set(headers).redirects(0).responseType('blob');
  }

  delete(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.#send('delete', path, undefined, headers);
  }

  /** Sends one photo as the form of the upload page does. An empty file name is a form without a file. */
  upload(
    path: string,
    { filename, file, token }: { filename: string; file: Buffer; token?: string },
  ): Promise<Response> {
    return this.uploadAll(path, [{ filename, file }], token);
  }

  /** As `upload`, with several photos in one form. */
  async uploadAll(
    path: string,
    files: readonly { filename: string; file: Buffer; field?: string }[],
    token?: string,
  ): Promise<Response> {
    const csrf = token ?? (await this.csrfToken('/photos/new'));
    const form = this.#agent.post(path).set({ Accept: 'text/html' }).redirects(0).field('_csrf', csrf);
    for (const { filename, file, field = 'photo' } of files) {
      form.attach(field, file, { filename, contentType: 'application/octet-stream' });
    }
    return form;
  }

  register(email: string, fields: Record<string, string> = {}): Promise<Response> {
    const form = { name: 'Ada Example', email, password: PASSWORD, passwordConfirmation: PASSWORD };
    return this.submit('/register', { ...form, ...fields });
  }

  logIn(email: string, password: string, fields: Record<string, string> = {}): Promise<Response> {
    return this.submit('/login', { email, password, ...fields });
  }

  async #send(
    method: 'get' | 'post' | 'patch' | 'delete',
    path: string,
    body: string | undefined,
    headers: Record<string, string>,
  ): Promise<Response> {
    const call = this.#agent[method](path)
      .set({ Accept: 'text/html', ...headers })
      .redirects(0);
    return body === undefined ? call : call.send(body);
  }
}

/** The browser of a new member who is logged in. */
export async function memberBrowser(app: Express | Server, email: string): Promise<Browser> {
  const browser = new Browser(app);
  const { status, headers } = await browser.register(email);
  assert.equal(status, 303);
  // Only the first account is logged in at once.
  if (headers.location?.startsWith('/login'))
    assert.equal((await browser.logIn(email, PASSWORD)).status, 303);
  return browser;
}

/** The cookies that an answer sets, by name. */
export function cookiesOf(response: Response): Map<string, string> {
  const lines = [response.headers['set-cookie'] ?? []].flat();
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line]));
}
