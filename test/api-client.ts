import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { TestApp } from './test-app.ts';

/** The Photo of the API, as far as tests look at it. */
export interface PhotoAnswer {
  id: string;
  filename: string;
  width: number;
  height: number;
  bytes: number;
  sha256: string;
  status: string;
  error?: string;
  createdAt: string;
  detections: {
    label: string;
    score: number;
    box: { x: number; y: number; width: number; height: number };
  }[];
  lines: { text: string; score: number; polygon: [number, number][] }[];
  text: string;
  models: Record<string, string>;
  engine: string;
  timings: { decodeMs: number; detectMs: number; readMs: number; totalMs: number };
  links: { self: string; original: string; annotated: string; thumbnail: string };
}

/** A member's program that speaks to the API with a token. */
export class ApiClient {
  readonly memberId: string;
  readonly #url: string;
  /** The header that proves who calls. */
  readonly authorization: { Authorization: string };

  constructor(url: string, memberId: string, token: string) {
    this.#url = url;
    this.memberId = memberId;
    this.authorization = { Authorization: `Bearer ${token}` };
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...this.authorization, ...(init.headers as Record<string, string>) };
    return fetch(this.#url + path, { ...init, headers });
  }

  /** Sends one file as a multipart request. */
  send(
    path: string,
    file: Uint8Array,
    { filename = 'photo.png', field = 'photo', headers = {} } = {},
  ): Promise<Response> {
    const body = new FormData();
    body.append(field, new Blob([file as Uint8Array<ArrayBuffer>]), filename);
    return this.fetch(path, { method: 'POST', body, headers });
  }

  /** Uploads a file that has to be accepted as a new photo. */
  async upload(file: Uint8Array, filename = 'photo.png', query = ''): Promise<PhotoAnswer> {
    const response = await this.send(`/api/v1/photos${query}`, file, { filename });
    assert.equal(response.status, 201, await response.clone().text());
    return (await response.json()) as PhotoAnswer;
  }

  /** The answer to a GET that has to succeed. */
  async get<Answer>(path: string): Promise<Answer> {
    const response = await this.fetch(path);
    assert.equal(response.status, 200, await response.clone().text());
    return (await response.json()) as Answer;
  }
}

/** A new member with a token. */
export async function newApiClient({ services, url }: TestApp): Promise<ApiClient> {
  const email = `${randomUUID()}@example.org`;
  const member = await services.accounts.register({
    name: 'Ada Example',
    email,
    password: 'correct horse battery 9',
  });
  const { secret } = await services.tokens.create(member.id, { name: 'test', scope: 'write' });
  return new ApiClient(url, member.id, secret);
}

/** Checks that an answer is a refusal as RFC 9457 describes it, and returns what it says. */
export async function problemOf(
  response: Response,
  status: number,
): Promise<{ title: string; detail: string }> {
  const text = await response.text();
  assert.equal(response.status, status, text);
  assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/);
  const problem = JSON.parse(text) as { type: string; title: string; status: number; detail: string };
  assert.equal(problem.status, status);
  assert.ok(problem.type && problem.title && problem.detail, text);
  assert.doesNotMatch(text, /node_modules|\/src\/|at \w+ \(|select |insert /i);
  return problem;
}
