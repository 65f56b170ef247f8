import { parseCredentialedUrl } from '../credentialed-url.ts';

/** Where an MLflow tracking server answers. */
export interface TrackingAddress {
  /** Without a slash at its end, and without name and password. */
  url: string;
  /** The value of the header `Authorization`; null where the address has no name and password. */
  authorization: string | null;
}

/** Reads `http(s)://user:password@host:port/path`; `undefined` for any other text. */
export function parseTrackingAddress(text: string): TrackingAddress | undefined {
  const parsed = parseCredentialedUrl(text, 'http:', 'https:');
  if (parsed?.search !== '' || parsed.hash !== '') return undefined;
  const { origin, pathname, username, password } = parsed;
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    url: `${origin}${pathname}`.replace(/\/+$/, ''),
    authorization: username === '' ? null : `Basic ${Buffer.from(credentials).toString('base64')}`,
  };
}
