import { isIP, isIPv6 } from 'node:net';
import type { Request } from 'express';

/** The address that a request came from; null when a trusted proxy has written something else in its place. */
export function clientAddress(req: Request): string | null {
  // Without the zone, which may be of any length.
  const [address = ''] = (req.ip ?? '').split('%', 1);
  return isIP(address) === 0 ? null : address;
}

/**
 * What attempts of one origin are counted by: the address, and for IPv6 its first 64 bits, since one
 * household has all addresses that begin with them.
 */
export function clientNetwork(req: Request): string {
  return networkOf(req.ip ?? 'unknown');
}

export function networkOf(address: string): string {
  const [plain = ''] = address.split('%', 1);
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped !== undefined || !isIPv6(plain)) return mapped ?? address;
  const [head = '', tail = ''] = plain.split('::');
  const front = head.split(':').filter(Boolean);
  const missing = plain.includes('::') ? 8 - front.length - tail.split(':').filter(Boolean).length : 0;
  const groups = [...front, ...Array<string>(Math.max(missing, 0)).fill('0'), ...tail.split(':')];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
