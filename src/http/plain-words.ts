import type { z } from 'zod';

type Issue = z.core.$ZodRawIssue;

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a JSON object',
  record: 'a JSON object',
  null: 'nothing',
};

const FORMATS: Readonly<Record<string, string>> = {
  email: 'an e-mail address, such as ada@example.org',
  url: 'an address of the web, such as https://example.org',
  uuid: 'an id',
  date: 'a day as YYYY-MM-DD',
  datetime: 'a time as YYYY-MM-DDTHH:MM:SSZ',
};

/** What is counted, one and many of it. */
const NOUNS: Readonly<Record<string, readonly [string, string]>> = {
  string: ['character', 'characters'],
  array: ['entry', 'entries'],
};

/**
 * What was wrong with a value, for which its schema has no words of its own; it goes on from the name of the field, as “takes
 * a whole number, not a text”.
 */
export function plainWords(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return kindWords(issue.expected, issue.input);
    case 'invalid_value':
      return `takes ${issue.values.map(String).join(' or ')}`;
    case 'invalid_format':
      return issue.format in FORMATS
        ? `takes ${FORMATS[issue.format]}`
        : 'is written in another way than is taken here';
    case 'too_small':
      return issue.origin === 'string' && Number(issue.minimum) === 1
        ? 'takes a text, not an empty one'
        : `takes ${issue.inclusive === false ? 'more than' : 'at least'} ${amount(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `takes ${issue.inclusive === false ? 'less than' : 'at most'} ${amount(issue.maximum, issue.origin)}`;
    case 'not_multiple_of':
      return `takes multiples of ${issue.divisor}`;
    case 'unrecognized_keys':
      return `takes no ${issue.keys.join(', ')}`;
    default:
      return 'has a value that is not taken here';
  }
}

function kindWords(expected: string, given: unknown): string {
  const kind = KINDS[expected] ?? 'another kind of value';
  if (given === undefined) return `is missing; it takes ${kind}`;
  // As a query that has a field twice.
  if (Array.isArray(given)) return 'takes one value, not several';
  const found = KINDS[given === null ? 'null' : typeof given];
  const isClose = found === kind || (expected === 'int' && typeof given === 'number');
  return found === undefined || isClose ? `takes ${kind}` : `takes ${kind}, not ${found}`;
}

function amount(bound: number | bigint, origin: string): string {
  const [one, many] = NOUNS[origin] ?? [];
  return one === undefined ? String(bound) : `${bound} ${Number(bound) === 1 ? one : many}`;
}
