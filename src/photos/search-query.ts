import { spelling } from './label-spelling.ts';
import { startOf, time } from './moment.ts';
import { nearestWord } from './nearest-word.ts';
import { both, type Comparison, type Operator, type PhotoFilter, present } from './photo-filter.ts';
import { queryOf } from './search-query-text.ts';
import { searchTerms } from './searched-text.ts';

/** Characters that a query may have, as it is given and as `queryOf` writes it. */
export const LONGEST_QUERY = 400;
const MOST_LABELS = 8;
/** Of one label that a photo is asked to have. */
const LARGEST_NUMBER = 999;
const KEYS = ['text', 'after', 'before', 'score'];
const OPERATOR = '>=|<=|>|<|=';

/** What of a query was not understood, and why, in words for whoever wrote it. */
export class QueryError extends Error {}

interface Token {
  /** As it is written. */
  written: string;
  minus: boolean;
  key: string | undefined;
  subject: string;
  quoted: boolean;
  operator: Operator | undefined;
  value: string;
}

/**
 * Reads a query such as `bus person>2 text:"stop sign" score>0.6 after:2026-01-01 -dog`. A label may be written with
 * blanks or with hyphens; a word that is no label, and what stands in quotes and is none, is looked for in the text.
 *
 * @param labels Names that detections can have.
 * @throws {QueryError} naming what was not understood.
 */
export function parseSearchQuery(query: string, labels: readonly string[]): PhotoFilter {
  if (query.length > LONGEST_QUERY) throw new QueryError(`A query has at most ${LONGEST_QUERY} characters.`);
  const known = new Map(labels.map((label) => [spelling(label), label]));
  const filter = tokensOf(query, labels)
    .map((token) => conditionOf(token, known))
    .reduce(both, {});
  demandWritable(filter);
  return filter;
}

/**
 * Refuses a filter that cannot be written as a query and read again: links to pages and saved searches are made of these.
 * @throws {QueryError} naming what there is too much of, or what excludes everything.
 */
export function demandWritable(filter: PhotoFilter): void {
  if ((filter.labels?.length ?? 0) + (filter.without?.length ?? 0) > MOST_LABELS)
    throw new QueryError(`A query takes at most ${MOST_LABELS} labels.`);
  if (filter.from && filter.before && filter.from >= filter.before)
    throw new QueryError(
      'No time is both after and before these days: the first day must be the earlier one.',
    );
  if (queryOf(filter).length > LONGEST_QUERY)
    throw new QueryError(
      `This search is too long: written with “text:” before each word it has more than ${LONGEST_QUERY} characters.`,
    );
}

/** The label that somebody wrote, whatever its letter case and its hyphens; @throws {QueryError} when there is none. */
export function labelNamed(written: string, labels: readonly string[]): string {
  const known = new Map(labels.map((label) => [spelling(label), label]));
  return known.get(spelling(written)) ?? unknownLabel(written, known);
}

function tokensOf(query: string, labels: readonly string[]): Token[] {
  const longNames = labels
    .filter((label) => label.includes(' '))
    .sort((a, b) => b.length - a.length)
    .map((label) => label.split(' ').map(escaped).join('\\s+'));
  // Labels of several words come first, so that `stop sign` need not stand in quotes.
  const name = [...longNames.map((long) => `${long}(?![^\\s<>=])`), '[^\\s"<>=]+'].join('|');
  const pattern = new RegExp(
    `(?<minus>-)?(?:(?<key>\\p{L}+):\\s*)?(?:"(?<quoted>[^"]*)"?|(?<word>${name}))(?:\\s*(?<operator>${OPERATOR})\\s*(?<value>[^\\s"]*))?`,
    'iuy',
  );
  const tokens: Token[] = [];
  for (let at = skipBlanks(query, 0); at < query.length; at = skipBlanks(query, pattern.lastIndex)) {
    pattern.lastIndex = at;
    const groups = pattern.exec(query)?.groups;
    if (!groups) throw new QueryError(`“${nextWord(query, at)}” does not follow a label or “score”.`);
    const { minus, key, quoted, word, operator, value = '' } = groups;
    tokens.push({
      written: query.slice(at, pattern.lastIndex).trim(),
      minus: minus !== undefined,
      key: key?.toLowerCase(),
      subject: quoted ?? word ?? '',
      quoted: quoted !== undefined,
      operator: operator as Operator | undefined,
      value,
    });
  }
  return tokens;
}

function conditionOf(token: Token, known: ReadonlyMap<string, string>): PhotoFilter {
  const { written, minus, key, subject, quoted, operator } = token;
  if (minus && (key !== undefined || operator !== undefined))
    throw new QueryError(`“${written}”: a minus stands before a label alone, as in -dog.`);
  if (key !== undefined) return keyFilter(token, key);
  if (!quoted && KEYS.some((known) => subject.toLowerCase() === `${known}:`))
    throw new QueryError(`“${written}” has nothing behind it.`);
  const label = known.get(spelling(subject));
  if (operator !== undefined) {
    if (!quoted && subject.toLowerCase() === 'score' && label === undefined)
      return { scores: [scoreComparison(token, operator)] };
    return { labels: [{ label: label ?? unknownLabel(subject, known), counts: [count(token, operator)] }] };
  }
  if (minus) return { without: [label ?? unknownLabel(subject, known)] };
  if (label !== undefined) return { labels: [present(label)] };
  return textFilter(written, subject, quoted);
}

function keyFilter({ written, subject, quoted, operator, value }: Token, key: string): PhotoFilter {
  switch (key) {
    case 'text':
      return textFilter(written, subject + (operator ?? '') + value, quoted);
    case 'after':
      return { from: momentOf(written, key, subject) };
    case 'before':
      return { before: momentOf(written, key, subject) };
    case 'score':
      throw new QueryError(`“${written}”: a score is compared, as in score>0.6.`);
    default: {
      const meant = nearestWord(key, KEYS);
      const known = meant === null ? 'There are text:, after: and before:.' : `Did you mean “${meant}”?`;
      throw new QueryError(`“${key}:” is not known. ${known} To look for it in the text, put it in quotes.`);
    }
  }
}

function textFilter(written: string, words: string, quoted: boolean): PhotoFilter {
  const text = quoted ? `"${words}"` : words;
  if (searchTerms(text).length === 0)
    throw new QueryError(`“${written}” has no letter or digit to look for.`);
  return { text };
}

function momentOf(written: string, key: string, given: string): Date {
  if (!time.safeParse(given).success)
    throw new QueryError(`“${written}”: ${key}: takes a day as YYYY-MM-DD, as in ${key}:2026-01-31.`);
  return startOf(given);
}

function scoreComparison({ written, value }: Token, operator: Operator): Comparison {
  const [, number, percent] = /^(\d*\.?\d+)(%?)$/.exec(value) ?? [];
  const score = Number(number) / (percent === '%' ? 100 : 1);
  if (operator === '=' || !(score >= 0 && score <= 1))
    throw new QueryError(`“${written}”: a score is above or below a number from 0 to 1, as in score>0.6.`);
  return { operator, value: score };
}

function count({ written, value }: Token, operator: Operator): Comparison {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number > LARGEST_NUMBER)
    throw new QueryError(`“${written}”: how many there are is a whole number, as in person>2.`);
  const comparison = { operator, value: number };
  if (operator === '<' && number === 0)
    throw new QueryError(`“${written}”: there are never fewer than none.`);
  return comparison;
}

function unknownLabel(written: string, known: ReadonlyMap<string, string>): never {
  const meant = nearestWord(written, [...known.values()]);
  throw new QueryError(`“${written}” is no label.${meant === null ? '' : ` Did you mean “${meant}”?`}`);
}

function skipBlanks(query: string, from: number): number {
  return from + (/^\s*/.exec(query.slice(from))?.[0].length ?? 0);
}

function nextWord(query: string, from: number): string {
  return /^\S*/.exec(query.slice(from))?.[0] ?? '';
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
