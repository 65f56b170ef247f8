import type { PhotoFilter } from './photo-filter.ts';
import { searchTerms } from './searched-text.ts';

/** One condition of a filter, with the filter that has this condition alone. */
export interface Clause {
  /** As a query says it. */
  query: string;
  filter: PhotoFilter;
}

/** The conditions of a filter, in the order in which a query names them. */
export function clausesOf({ labels, without, scores, text, from, before }: PhotoFilter): Clause[] {
  return [
    ...(labels ?? []).flatMap(({ label, counts }) =>
      counts.map(({ operator, value }) => ({
        query: operator === '>=' && value === 1 ? named(label) : `${named(label)}${operator}${value}`,
        filter: { labels: [{ label, counts: [{ operator, value }] }] },
      })),
    ),
    ...(without ?? []).map((label) => ({ query: `-${named(label)}`, filter: { without: [label] } })),
    ...piecesOf(text ?? '').map((piece) => ({ query: `text:${piece}`, filter: { text: piece } })),
    ...(scores ?? []).map((score) => ({
      query: `score${score.operator}${decimal(score.value)}`,
      filter: { scores: [score] },
    })),
    ...(from ? [{ query: `after:${day(from)}`, filter: { from } }] : []),
    ...(before ? [{ query: `before:${day(before)}`, filter: { before } }] : []),
  ];
}

/**
 * A filter as a query; `parseSearchQuery` reads it again as a filter that finds the same. Of text only what is looked for
 * is written, without the signs that mean something else in a query.
 */
export function queryOf(filter: PhotoFilter): string {
  return clausesOf(filter)
    .map(({ query }) => query)
    .join(' ');
}

function named(label: string): string {
  return /^[^\s"<>=:-]+$/.test(label) ? label : `"${label}"`;
}

/** A number from 0 to 1 without an exponent, which neither a query nor a field takes. */
export function decimal(value: number): string {
  const [digits = '', exponent] = String(value).split('e-');
  return exponent === undefined ? digits : `0.${'0'.repeat(Number(exponent) - 1)}${digits.replace('.', '')}`;
}

/** The words and the quoted phrases of what is looked for. */
function piecesOf(text: string): string[] {
  return text
    .split('"')
    .flatMap((part, i) => (i % 2 === 1 ? [`"${part}"`] : part.split(/[\s<>=]+/)))
    .filter((piece) => searchTerms(piece).length > 0);
}

/** A day as such where the moment is its first. */
function day(moment: Date): string {
  const written = moment.toISOString();
  return written.endsWith('T00:00:00.000Z') ? written.slice(0, 10) : written;
}
