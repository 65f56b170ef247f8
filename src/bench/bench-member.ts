import type { Answer, HttpClient } from './http-client.ts';

const PASSWORD = 'only for measuring 7';

/** Registers a member as a browser without script does, and makes an API token. */
export async function makeApiToken(client: HttpClient): Promise<string> {
  const cookies = new Map<string, string>();
  const visit = async (path: string) => {
    const answer = await client.callWell({ path, headers: cookieHeader(cookies) });
    keepCookies(cookies, answer);
    return /name="csrf-token"\s+content="([^"]+)"/.exec(answer.body)?.[1] ?? '';
  };
  const form = new URLSearchParams({
    _csrf: await visit('/register'),
    name: 'Bench',
    email: 'bench@example.com',
    password: PASSWORD,
    passwordConfirmation: PASSWORD,
  });
  const registered = await client.callWell({
    method: 'POST',
    path: '/register',
    headers: { ...cookieHeader(cookies), 'Content-Type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  });
  keepCookies(cookies, registered);
  const csrfToken = await visit('/about');
  const { body } = await client.callWell({
    method: 'POST',
    path: '/api/v1/tokens',
    headers: { ...cookieHeader(cookies), 'Content-Type': 'application/json', 'X-CSRF-Token': csrfToken },
    body: JSON.stringify({ name: 'bench' }),
  });
  return String(JSON.parse(body).token);
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
