import { isIP } from 'node:net';
import path from 'node:path';
import { parseCredentialedUrl } from './credentialed-url.ts';
import type { DatabaseLocation } from './database/database.ts';

// Each reads the text of a setting and gives `undefined` for text that the setting does not take.

/** Any text but none. */
export function nonEmpty(text: string): string | undefined {
  return text === '' ? undefined : text;
}

/** A whole number between two bounds, which count as inside. */
export function wholeNumber(least: number, most: number): (text: string) => number | undefined {
  return (text) => {
    const number = Number(text);
    return /^\d+$/.test(text) && number >= least && number <= most ? number : undefined;
  };
}

/** A number without exponent between two bounds, which count as inside. */
export function decimal(least: number, most: number): (text: string) => number | undefined {
  return (text) => {
    const number = Number(text);
    return /^\d*\.?\d+$/.test(text) && number >= least && number <= most ? number : undefined;
  };
}

/** `label:score` as often as one likes, with commas between; a label may hold commas and colons of its own. */
export function scoresByLabel(text: string): ReadonlyMap<string, number> | undefined {
  const scores = new Map<string, number>();
  for (const entry of text === '' ? [] : text.split(/(?<=:\s*[\d.]+\s*),/)) {
    const [, label = '', score = ''] = /^\s*(\S.*?)\s*:\s*([\d.]+)\s*$/.exec(entry) ?? [];
    const number = decimal(0, 1)(score);
    if (number === undefined || scores.has(label)) return undefined;
    scores.set(label, number);
  }
  return scores;
}

/** One of some words. */
export function oneOf<const T extends string>(...choices: T[]): (text: string) => T | undefined {
  return (text) => choices.find((choice) => choice === text);
}

/** `sqlite:<file>`, or `mysql://` with host and database name. */
export function databaseUrl(text: string): DatabaseLocation | undefined {
  if (/^sqlite:./.test(text)) return { dialect: 'sqlite', file: path.resolve(text.slice('sqlite:'.length)) };
  const url = parseCredentialedUrl(text, 'mysql:');
  return url?.hostname && url.pathname.length > 1 ? { dialect: 'mysql', url: text } : undefined;
}

/** The origin of an address without a path. */
export function baseUrl(text: string): string | undefined {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return undefined;
  const { origin, pathname, search } = new URL(text);
  return pathname === '/' && search === '' ? origin : undefined;
}

/** The address of a mail server. */
export function smtpUrl(text: string): string | undefined {
  return parseCredentialedUrl(text, 'smtp:', 'smtps:')?.hostname ? text : undefined;
}

/** What Express takes as its `trust proxy`. */
export function trustProxy(text: string): boolean | number | string | undefined {
  if (text === '' || text === 'false') return false;
  if (text === 'true') return true;
  if (/^\d+$/.test(text)) return Number(text);
  return text.split(',').every((entry) => isNetwork(entry.trim())) ? text : undefined;
}

/** Whether Express knows an entry of its `trust proxy`: it ends the start with a stack where it does not. */
function isNetwork(entry: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(entry)) return true;
  const [, address = '', bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
  const version = isIP(address);
  // Express takes no range of length 0; that is what `true` is for.
  return (
    version !== 0 && (bits === undefined || wholeNumber(1, version === 4 ? 32 : 128)(bits) !== undefined)
  );
}
