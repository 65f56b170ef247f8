/**
 * Reads an address of one of some protocols, such as `https:`, which may hold a name and a password; `undefined` for any
 * other text, and where the percent signs of those stand for nothing, which what connects would only find out later.
 */
export function parseCredentialedUrl(text: string, ...protocols: readonly string[]): URL | undefined {
  if (!protocols.some((protocol) => text.startsWith(`${protocol}//`)) || !URL.canParse(text))
    return undefined;
  const url = new URL(text);
  try {
    decodeURIComponent(url.username + url.password);
  } catch {
    return undefined;
  }
  return url;
}
