import type { Request, Response } from 'express';
import { encodeCursor } from '../database/cursor.ts';
import { AppError } from '../errors.ts';
import { currentMember } from '../http/current-member.ts';
import type { Route } from '../http/route.ts';
import { parse } from '../http/validation.ts';
import { filterBar, filterChips, type GalleryPage, galleryHref, offeredLabels } from './gallery-view.ts';
import { nearestWord } from './nearest-word.ts';
import { LARGEST_LABEL_COUNT, type OwnLabel } from './own-label-read-model.ts';
import type { Photo } from './photo.ts';
import { both, type PhotoFilter, type PhotoSort, present } from './photo-filter.ts';
import { shownPhoto } from './photo-pages.ts';
import { galleryListSchema } from './photo-schemas.ts';
import type { PhotoService } from './photo-service.ts';
import { photoCard } from './photo-view.ts';
import type { SavedSearchService } from './saved-search-service.ts';
import { clausesOf, queryOf } from './search-query-text.ts';
import { searchTerms } from './searched-text.ts';
import { MOST_CHOSEN } from './selection-pages.ts';

export interface GalleryPagesOptions {
  photos: PhotoService;
  searches: SavedSearchService;
  /** Names that detections can have. */
  labels: readonly string[];
}

/** A member's photos, and the search in them. */
export function galleryPages({ photos, searches, labels }: GalleryPagesOptions): Route[] {
  async function gallery(req: Request, res: Response): Promise<void> {
    const member = currentMember(req);
    const [own, kept, totals] = await Promise.all([
      photos.labels(member.id),
      searches.list(member.id),
      photos.count(member.id, {}),
    ]);
    const known = [...new Set([...labels, ...own.map(({ label }) => label)])];
    const all = {
      hasPhotos: totals.count > 0,
      labels: offeredLabels(own, labels, LARGEST_LABEL_COUNT),
      mostChosen: MOST_CHOSEN,
      here: req.originalUrl,
    };
    try {
      const { filter, page } = parse(galleryListSchema(known), req.query);
      const [found, total] = await Promise.all([
        photos.list(member.id, filter, { ...page, limit: page.limit + 1 }),
        isEmpty(filter) ? totals : photos.count(member.id, filter),
      ]);
      const { shown, previous, next } = cutPage(found, page);
      // What stood on this page is gone: its photos were deleted, or no longer match.
      if (shown.length === 0 && page.cursor !== null)
        return res.redirect(303, galleryHref(filter, page.sort));
      const terms = filter.text === undefined ? [] : searchTerms(filter.text);
      const line = queryOf(filter);
      const current = ({ query, sort }: { query: string; sort: PhotoSort }) =>
        query === line && sort === page.sort;
      const model: GalleryPage = {
        ...all,
        cards: shown.map((photo) => photoCard(shownPhoto(photo), terms)),
        // There are at least those that are here.
        total: total.exact ? total : { ...total, count: Math.max(total.count, shown.length) },
        line,
        bar: filterBar(filter, page.sort),
        errors: {},
        chips: filterChips(filter, page.sort),
        searches: kept.map((search) => ({ ...search, current: current(search) })),
        savable: !isEmpty(filter) && !kept.some(current),
        suggestion: shown.length === 0 ? suggestion(filter, page.sort, known) : null,
        previousHref:
          previous && galleryHref(filter, page.sort, { cursorBefore: encodeCursor([previous.sequence]) }),
        nextHref: next && galleryHref(filter, page.sort, { cursor: encodeCursor([next.sequence]) }),
      };
      res.render('photos/gallery', model);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'invalid_input') throw error;
      res.status(400).render('photos/gallery', { ...all, ...refusedPage(req, error, kept) });
    }
  }

  return [{ method: 'GET', path: '/photos', access: 'member', handler: gallery }];
}

/** The gallery with the filters as they stand in the address, and what is wrong with them. */
function refusedPage(
  req: Request,
  refusal: AppError,
  kept: readonly Omit<GalleryPage['searches'][number], 'current'>[],
): Omit<GalleryPage, 'hasPhotos' | 'labels' | 'mostChosen' | 'here'> {
  const given = (name: string) => {
    const value = req.query[name];
    return typeof value === 'string' ? value : '';
  };
  const [label, text, from, to, minScore] = ['label', 'text', 'from', 'to', 'minScore'].map(given);
  const sort = given('sort') === 'oldest' ? 'oldest' : 'newest';
  return {
    cards: [],
    total: { count: 0, exact: true },
    line: given('q'),
    bar: {
      label: label ?? '',
      text: text ?? '',
      from: from ?? '',
      to: to ?? '',
      minScore: minScore ?? '',
      q: '',
      sort,
    },
    errors: Object.fromEntries(refusal.fields.map(({ path, message }) => [path, message])),
    chips: [],
    searches: kept.map((search) => ({ ...search, current: false })),
    savable: false,
    suggestion: null,
    previousHref: null,
    nextHref: null,
  };
}

function isEmpty(filter: PhotoFilter): boolean {
  return clausesOf(filter).length === 0;
}

/** Where no text has a word, a label that resembles it may be meant. */
function suggestion(
  filter: PhotoFilter,
  sort: PhotoSort,
  labels: readonly OwnLabel['label'][],
): GalleryPage['suggestion'] {
  const clauses = clausesOf(filter);
  for (const clause of clauses) {
    const word = clause.filter.text?.replaceAll('"', '');
    const label = word === undefined ? null : nearestWord(word, labels);
    if (word === undefined || label === null) continue;
    const others = clauses.filter((other) => other !== clause).map((other) => other.filter);
    const meant = both(others.reduce(both, {}), { labels: [present(label)] });
    return { word, label, href: galleryHref(meant, sort) };
  }
  return null;
}

/**
 * Cuts a page out of what was found for it, one photo more than it shows: that one tells whether the list goes on.
 * `previous` and `next` are the photos from which the neighbouring pages begin.
 */
function cutPage(
  found: readonly Photo[],
  { limit, backward, cursor }: { limit: number; backward: boolean; cursor: unknown },
): { shown: readonly Photo[]; previous: Photo | null; next: Photo | null } {
  const more = found.length > limit;
  const shown = backward ? found.slice(-limit) : found.slice(0, limit);
  const hasPrevious = backward ? more : cursor !== null;
  const hasNext = backward || more;
  return {
    shown,
    previous: hasPrevious ? (shown[0] ?? null) : null,
    next: hasNext ? (shown.at(-1) ?? null) : null,
  };
}
