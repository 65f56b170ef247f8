import type { Answer, HttpClient } from './http-client.ts';

/** Of every account that a measure uses. */
export const BENCH_PASSWORD = 'only for measuring 7';

/** A browser without script: keeps its cookies, and sends forms with the token of the page that they stand on. */
export class BenchBrowser {
  readonly #client: HttpClient;
  readonly #cookies = new Map<string, string>();

  constructor(client: HttpClient) {
    this.#client = client;
  }

  /** A page. */
  async open(path: string): Promise<Answer> {
    const answer = await this.#client.callWell({ path, headers: cookieHeader(this.#cookies) });
    keepCookies(this.#cookies, answer);
    return answer;
  }

  /** The CSRF token of a page. */
  async visit(path: string): Promise<string> {
    const { body } = await this.open(path);
    return /name="csrf-token"\s+content="([^"]+)"/.exec(body)?.[1] ?? '';
  }

  /** Sends a form as `application/x-www-form-urlencoded`, whatever comes of it. */
  async submit(
    path: string,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const form = new URLSearchParams(fields);
    const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const answer = await this.#client.call({
      method: 'POST',
      path,
      headers: { ...cookieHeader(this.#cookies), ...type, ...headers },
      body: form.toString(),
    });
    keepCookies(this.#cookies, answer);
    return answer;
  }

  /** Registers an account. */
  async register(email: string): Promise<void> {
    const { status } = await this.submit('/register', {
      _csrf: await this.visit('/register'),
      name: 'Bench',
      email,
      password: BENCH_PASSWORD,
      passwordConfirmation: BENCH_PASSWORD,
    });
    if (status !== 303) throw new Error(`Registering ${email} was answered by ${status}`);
  }

  /** Logs into an account with the password of the bench. */
  async login(email: string): Promise<void> {
    const fields = { _csrf: await this.visit('/login'), email, password: BENCH_PASSWORD };
    const { status } = await this.submit('/login', fields);
    if (status !== 303) throw new Error(`Logging ${email} in was answered by ${status}`);
  }

  /** Makes an API token for whoever is logged in. */
  async makeApiToken(): Promise<string> {
    const csrfToken = await this.visit('/about');
    const { body } = await this.#client.callWell({
      method: 'POST',
      path: '/api/v1/tokens',
      headers: {
        ...cookieHeader(this.#cookies),
        'Content-Type': 'application/json',
        'X-CSRF-Token': csrfToken,
      },
      body: JSON.stringify({ name: 'bench' }),
    });
    return String(JSON.parse(body).token);
  }
}

/** Registers the first member, who is logged in by that, and makes an API token. */
export async function makeApiToken(client: HttpClient): Promise<string> {
  const browser = new BenchBrowser(client);
  await browser.register('bench@example.com');
  return browser.makeApiToken();
}

function cookieHeader(cookies: ReadonlyMap<string, string>): Record<string, string> {
  return { Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
}

function keepCookies(cookies: Map<string, string>, { headers }: Answer): void {
  for (const line of headers['set-cookie'] ?? []) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) cookies.set(name, value);
  }
}
