import type { OwnLabel } from './own-label-read-model.ts';
import { both, type Operator, type PhotoFilter, type PhotoSort } from './photo-filter.ts';
import type { BoundedCount } from './photo-search-repository.ts';
import type { PhotoCard } from './photo-view.ts';
import { type Clause, clausesOf, decimal, queryOf } from './search-query-text.ts';

/** The filter bar of `/photos` as its fields show it; an empty string is a filter that is not set. */
export interface FilterBar {
  label: string;
  text: string;
  /** `YYYY-MM-DD`. */
  from: string;
  /** `YYYY-MM-DD`, that day included. */
  to: string;
  /** 0 to 1, as written in the address. */
  minScore: string;
  /** What the other fields cannot show, as a query. */
  q: string;
  sort: PhotoSort;
}

/** A filter in force, with the address of the gallery without it. */
export interface FilterChip {
  text: string;
  removeHref: string;
}

/** A search that the member keeps, above the gallery. */
export interface SearchChip {
  id: string;
  name: string;
  href: string;
  /** Whether it is what is shown. */
  current: boolean;
}

/** `photos/gallery`. Posts `/searches`, `/photos/delete`, `/photos/download` and `/photos/export`. */
export interface GalleryPage {
  cards: readonly PhotoCard[];
  /** Photos that match, over all pages. */
  total: BoundedCount;
  /** Whether the member has any photo at all; tells "nothing yet" from "no match". */
  hasPhotos: boolean;
  /** The filter as a query. */
  line: string;
  /** The filter as fields. */
  bar: FilterBar;
  /** Messages for refused filters, by field; those of the query line under `q`. */
  errors: Readonly<Record<string, string>>;
  chips: readonly FilterChip[];
  /** Labels of the member's own photos with how often each was found, then all others, without. */
  labels: readonly { label: string; hint: string | null }[];
  searches: readonly SearchChip[];
  /** Whether what is shown can be kept as a search: there is a filter, and it is not kept yet. */
  savable: boolean;
  /** A label that may be meant by a word that no text has. */
  suggestion: { word: string; label: string; href: string } | null;
  /** Photos that can be chosen at once. */
  mostChosen: number;
  /** The address of this page: where an act on chosen photos leads back to. */
  here: string;
  /** Addresses of the pages before and after this one in the chosen order; null at the ends. */
  previousHref: string | null;
  nextHref: string | null;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const NO_BAR: FilterBar = { label: '', text: '', from: '', to: '', minScore: '', q: '', sort: 'newest' };

/** A filter as the bar shows it; what its fields have no place for stays a query. */
export function filterBar(filter: PhotoFilter, sort: PhotoSort): FilterBar {
  const shown: Omit<FilterBar, 'q' | 'sort'> = { label: '', text: '', from: '', to: '', minScore: '' };
  const rest: Clause[] = [];
  for (const clause of clausesOf({ ...filter, text: undefined })) {
    const field = fieldOf(clause.filter);
    if (field && shown[field.name] === '') shown[field.name] = field.value;
    else rest.push(clause);
  }
  return { ...shown, text: filter.text ?? '', q: rest.map(({ query }) => query).join(' '), sort };
}

/**
 * The gallery's address under a filter; what is not set stays out of it. `cursor` picks the page that comes after a photo,
 * `cursorBefore` the one that ends before it.
 */
export function galleryHref(
  filter: PhotoFilter,
  sort: PhotoSort,
  cursor: Readonly<Partial<Record<'cursor' | 'cursorBefore', string>>> = {},
): string {
  const bar = filterBar(filter, sort);
  const fields = bar.q === '' ? bar : { ...NO_BAR, q: queryOf(filter), sort };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...fields, ...cursor })) {
    if (value !== '' && !(name === 'sort' && value === NO_BAR.sort)) query.set(name, value);
  }
  return query.size === 0 ? '/photos' : `/photos?${query}`;
}

/** One chip per condition. The order is not a filter. */
export function filterChips(filter: PhotoFilter, sort: PhotoSort): FilterChip[] {
  const clauses = clausesOf(filter);
  return clauses.map((clause) => {
    const others = clauses.filter((other) => other !== clause).map((other) => other.filter);
    return { text: inWords(clause.filter), removeHref: galleryHref(others.reduce(both, {}), sort) };
  });
}

/** What the label fields offer: the member's own labels first. */
export function offeredLabels(own: readonly OwnLabel[], ofModel: readonly string[], most: number) {
  const names = new Set(own.map(({ label }) => label));
  return [
    ...own.map(({ label, count }) => ({
      label,
      hint: count < most ? `found ${count} ×` : `found ${most} × or more`,
    })),
    ...ofModel.filter((label) => !names.has(label)).map((label) => ({ label, hint: null })),
  ];
}

function fieldOf({ labels, scores, from, before }: PhotoFilter) {
  const [label] = labels ?? [];
  const [count] = label?.counts ?? [];
  if (label && count && isAny(count)) return { name: 'label', value: label.label } as const;
  const [score] = scores ?? [];
  if (score?.operator === '>=') return { name: 'minScore', value: decimal(score.value) } as const;
  if (from && isDay(from)) return { name: 'from', value: written(from) } as const;
  if (before && isDay(before)) return { name: 'to', value: written(dayBefore(before)) } as const;
  return null;
}

const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });
const minute = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
const SIGNS: Record<Operator, string> = {
  '>': 'more than',
  '>=': 'at least',
  '<': 'fewer than',
  '<=': 'at most',
  '=': 'exactly',
};
const SCORES: Record<Operator, string> = {
  '>': 'above',
  '>=': 'at least',
  '<': 'below',
  '<=': 'at most',
  '=': 'exactly',
};

/** A filter of one condition, for people. */
function inWords({ labels, without, scores, text, from, before }: PhotoFilter): string {
  const [label] = labels ?? [];
  const [count] = label?.counts ?? [];
  if (label && count) {
    const { operator, value } = count;
    return isAny(count) ? label.label : `${SIGNS[operator]} ${value} × ${label.label}`;
  }
  if (without?.[0] !== undefined) return `no ${without[0]}`;
  const [score] = scores ?? [];
  if (score) return `scored ${SCORES[score.operator]} ${Number((score.value * 100).toFixed(2))} %`;
  if (text !== undefined) return `“${text.replaceAll('"', '')}”`;
  if (from) return `from ${isDay(from) ? day.format(from) : minute.format(from)} UTC`;
  if (before)
    return isDay(before) ? `to ${day.format(dayBefore(before))} UTC` : `before ${minute.format(before)} UTC`;
  return '';
}

/** Whether a count says no more than that there is one. */
function isAny({ operator, value }: { operator: Operator; value: number }): boolean {
  return (operator === '>=' && value === 1) || (operator === '>' && value === 0);
}

function isDay(moment: Date): boolean {
  return moment.getTime() % DAY_MS === 0;
}

function dayBefore(moment: Date): Date {
  return new Date(moment.getTime() - DAY_MS);
}

function written(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
