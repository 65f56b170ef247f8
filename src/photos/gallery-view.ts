import type { PhotoCard } from './photo-view.ts';

/** The filters of `/photos` as they stand in the address; an empty string is a filter that is not set. */
export interface GalleryFilter {
  label: string;
  text: string;
  /** `YYYY-MM-DD`. */
  from: string;
  /** `YYYY-MM-DD`, that day included. */
  to: string;
  /** 0 to 1, as written in the address. */
  minScore: string;
  sort: 'newest' | 'oldest';
}

/** A filter in force, with the address of the gallery without it. */
export interface FilterChip {
  text: string;
  removeHref: string;
}

/** `photos/gallery`. */
export interface GalleryPage {
  cards: readonly PhotoCard[];
  /** Photos that match, over all pages. */
  total: number;
  /** Whether the member has any photo at all; tells "nothing yet" from "no match". */
  hasPhotos: boolean;
  filter: GalleryFilter;
  /** Messages for refused filters, by field. */
  errors: Partial<Record<keyof GalleryFilter, string>>;
  chips: readonly FilterChip[];
  /** What the label filter offers. */
  labels: readonly string[];
  /** Addresses of the pages before and after this one in the chosen order; null at the ends. */
  previousHref: string | null;
  nextHref: string | null;
}

const UNFILTERED: GalleryFilter = { label: '', text: '', from: '', to: '', minScore: '', sort: 'newest' };

/** The gallery's address under a filter; what is not set stays out of it. `cursor` picks a page. */
export function galleryHref(filter: GalleryFilter, cursor: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...filter, ...cursor })) {
    if (value !== '' && !(name === 'sort' && value === UNFILTERED.sort)) query.set(name, value);
  }
  return query.size === 0 ? '/photos' : `/photos?${query}`;
}

const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });

/** One chip per filter in force. The order is not a filter. */
export function filterChips(filter: GalleryFilter): FilterChip[] {
  const words: Record<keyof GalleryFilter, string | null> = {
    label: filter.label,
    text: `“${filter.text}”`,
    from: `from ${dayInWords(filter.from)}`,
    to: `to ${dayInWords(filter.to)}`,
    minScore: `at least ${Math.round(Number(filter.minScore) * 100)} %`,
    sort: null,
  };
  return (Object.keys(words) as (keyof GalleryFilter)[])
    .filter((name) => words[name] !== null && filter[name] !== '')
    .map((name) => ({
      text: words[name] ?? '',
      removeHref: galleryHref({ ...filter, [name]: UNFILTERED[name] }),
    }));
}

/** `2026-12-01` as `1 Dec 2026`; what is not a day stays as it was given. */
function dayInWords(text: string): string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : day.format(date);
}
