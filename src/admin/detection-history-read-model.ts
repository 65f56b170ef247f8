import { setImmediate } from 'node:timers/promises';
import type { Database } from '../database/database.ts';
import { containsText } from '../database/dialect.ts';
import type { SearchTerm } from '../database/full-text.ts';
import type { Direction } from '../database/keyset.ts';
import { searchTerms } from '../photos/searched-text.ts';
import { firstSequenceOf } from '../photos/sequence.ts';
import { detectionEntries } from './detection-entry-read-model.ts';
import {
  DETECTION_SORTS,
  type DetectionEntry,
  type DetectionFilter,
  type DetectionPageRequest,
  type DetectionPlace,
  type DetectionSlice,
  type DetectionSort,
} from './detection-history.ts';
import { choosePath, type Path, type Question } from './detection-history-plan.ts';
import {
  conditionsOf,
  type DetectionKey,
  DetectionSearch,
  type Wanted,
} from './detection-search-read-model.ts';
import { WordSearch } from './word-search-read-model.ts';

/** Photos with the words: so few are looked for one by one, and so many are known by heart. */
const FEW_PHOTOS = 900;
const KNOWN_PHOTOS = 6000;
/** Words that so many photos have are soon found by looking into one photo after the other. */
const COMMON = 0.015;
/** Accounts that a part of an e-mail address may mean for them to be named one by one. */
const NAMED_MEMBERS = 500;
/** Detections looked at one after the other for words or a person: at first where nothing is known, and at most at once. */
const FIRST_LOOK = 500;
const LONGEST_LOOK = 4000;
/** After so many the full-text index is asked, however common the words seemed. */
const PATIENCE = 8000;
/** Rows that an export reads at once: SQLite lets nobody else at it meanwhile. */
const BATCH = 500;

/** A search that has been thought through. */
interface Search {
  order: 'time' | 'score';
  direction: Direction;
  wanted: Wanted;
  path: Path;
  /** What no index of detections knows, looked up for each detection that is found. */
  words: readonly SearchTerm[] | null;
  user: string | null;
  /** The photos with the words, once the full-text index has named them; `many` when they are too many to be named. */
  photosWithWords: ReadonlySet<number> | 'many' | null;
  /** What part of the detections has the words, as far as is known. */
  share: number;
}

/** The detections of everybody, for admins to look at: joined, never written. */
export class DetectionHistory {
  readonly #database: Database;
  readonly #detections: DetectionSearch;
  readonly #texts: WordSearch;
  readonly #batch: number;

  /** @param batch Detections that are read at once where all are wanted. */
  constructor(database: Database, batch = BATCH) {
    this.#database = database;
    this.#batch = batch;
    this.#detections = new DetectionSearch(database);
    this.#texts = new WordSearch(database);
  }

  /** One page of the history, in the order of its sort whichever way the page runs. */
  async list(
    filter: DetectionFilter,
    { sort, cursor, backward, limit }: DetectionPageRequest,
  ): Promise<DetectionSlice> {
    const search = await this.#plan(filter, sort, { cursor, backward, limit });
    if (search === null) return { entries: [], previous: null, next: null };
    // One more than asked tells whether it goes on; by the keys, as an entry may be gone by the time it is read.
    const found = await this.#find(search, cursor, limit + 1);
    const goesOn = found.length > limit;
    const keys = found.slice(0, limit);
    if (backward) keys.reverse();
    const [first, last] = [keys[0], keys.at(-1)];
    return {
      entries: await this.#entries(keys),
      previous: (backward ? goesOn : cursor !== null) && first ? placeOfKey(first, search) : null,
      next: (backward || goesOn) && last ? placeOfKey(last, search) : null,
    };
  }

  /**
   * All that a filter finds, some at a time; between two batches nothing is held of the database. In the order of time the
   * detections of a photo come in one batch, the newer ones where it is analysed again meanwhile, and photos that are
   * uploaded meanwhile are left out. In the order of scores, what is detected meanwhile is left out.
   */
  async *batches(filter: DetectionFilter, sort: DetectionSort): AsyncGenerator<DetectionEntry[], void> {
    const search = await this.#plan(filter, sort, { cursor: null, backward: false, limit: null });
    if (search === null) return;
    await this.#endAtNewest(search);
    if (search.words !== null) await this.#askFullText(search);
    for (let place: DetectionPlace | null = null; ; ) {
      // Whoever waits for an embedded database has a turn, also between two looks at one place.
      await setImmediate();
      const found: DetectionKey[] = await this.#find(search, place, this.#batch);
      const { keys, next } = cutBatch(found, this.#batch, search);
      const entries = await this.#entries(keys);
      // Replaced or removed between the two looks: what is there now is read.
      if (entries.length < keys.length) continue;
      if (entries.length > 0) yield entries;
      if (next === null) return;
      place = next;
    }
  }

  /** Leaves out what comes in from now on, so that a search of everything has an end. */
  async #endAtNewest({ order, wanted }: Search): Promise<void> {
    const column = order === 'time' ? 'sequence' : 'id';
    const row = await this.#database('detections').max({ newest: column }).first();
    const newest = Number(row?.newest ?? 0);
    if (order === 'time') wanted.before = Math.min(wanted.before ?? newest + 1, newest + 1);
    else wanted.newestId = newest;
  }

  /** Null when nothing can be found; `limit` is null where all is wanted. */
  async #plan(
    filter: DetectionFilter,
    sort: DetectionSort,
    { cursor, backward, limit }: Pick<DetectionPageRequest, 'cursor' | 'backward'> & { limit: number | null },
  ): Promise<Search | null> {
    const { order, direction: forward } = DETECTION_SORTS[sort];
    const direction = backward ? OPPOSITE[forward] : forward;
    const members = await this.#members(filter);
    if (members.ids?.length === 0) return null;
    const wanted: Wanted = {
      label: filter.label ?? null,
      memberIds: members.ids,
      model: filter.model ?? null,
      from: filter.from ? firstSequenceOf(filter.from) : 0,
      before: filter.before ? firstSequenceOf(filter.before) : null,
      minScore: filter.minScore ?? null,
      maxScore: filter.maxScore ?? null,
      photos: null,
      newestId: null,
    };
    const words = filter.text === undefined ? null : searchTerms(filter.text);
    const search: Search = {
      order,
      direction,
      wanted,
      path: 'time',
      words,
      user: members.tooMany ? (filter.user ?? null) : null,
      photosWithWords: null,
      share: 0,
    };
    if (words !== null) {
      search.share = await this.#texts.shareWith(words, stretchOf(search, cursor));
      if (search.share < COMMON) await this.#askFullText(search);
    }
    if (wanted.photos?.length === 0) return null;
    search.path = await this.#path(search, limit);
    return search;
  }

  #path({ wanted, order, words, user }: Search, limit: number | null): Promise<Path> {
    const question: Question = {
      conditions: conditionsOf(wanted),
      members: wanted.memberIds?.length ?? 0,
      limit: limit ?? this.#batch,
      // What no index has is looked up in what is found, some at a time.
      again: limit === null || words !== null || user !== null,
      order,
    };
    return choosePath(question, {
      total: () => this.#detections.total(),
      count: (path, most) => this.#detections.count(wanted, path, most),
    });
  }

  /** Has the photos with the words named, where they are not too many. */
  async #askFullText(search: Search): Promise<void> {
    if (search.words === null || search.photosWithWords !== null) return;
    const photos = await this.#texts.photosWith(search.words, KNOWN_PHOTOS);
    if (photos !== null && photos.length <= FEW_PHOTOS) {
      search.wanted.photos = photos;
      search.words = null;
      search.path = 'time';
    } else search.photosWithWords = photos === null ? 'many' : new Set(photos);
  }

  /** The next detections after a place. */
  async #find(search: Search, after: DetectionPlace | null, limit: number): Promise<DetectionKey[]> {
    const look = (place: DetectionPlace | null, size: number) =>
      this.#detections.keys(search.wanted, search.path, search, place, size);
    if (search.words === null && search.user === null) return look(after, limit);
    const found: DetectionKey[] = [];
    let place = after;
    let looked = 0;
    const first = search.share >= COMMON ? lookFor(limit, search.share) : FIRST_LOOK;
    let size = first;
    while (found.length < limit) {
      // An embedded database answers on this thread: whoever waits has a turn now.
      await setImmediate();
      const keys = await look(place, size);
      const seen = await this.#look(search, keys);
      found.push(...seen);
      const last = keys.at(-1);
      if (last === undefined || keys.length < size) break;
      place = placeOfKey(last, search);
      looked += keys.length;
      if (looked > PATIENCE) await this.#askFullText(search);
      // What is missing may be near, or far away.
      const wider = Math.min(Math.max(3 * size, seen.length > 0 ? 0 : first), LONGEST_LOOK);
      size = Math.min(wider, lookFor(limit - found.length, seen.length / keys.length));
    }
    return found.slice(0, limit);
  }

  /** Those of some detections that have what no index of detections knows. */
  async #look(search: Search, keys: readonly DetectionKey[]): Promise<DetectionKey[]> {
    if (keys.length === 0) return [];
    const { user } = search;
    const photos = search.words && (await this.#photosWithWords(search.words, search, keys));
    const members = user && (await this.#membersLike(user, keys));
    return keys.filter(
      (key) => (photos?.has(key.sequence) ?? true) && (!members || members.has(key.member_id)),
    );
  }

  async #photosWithWords(
    words: readonly SearchTerm[],
    { photosWithWords: known }: Search,
    keys: readonly DetectionKey[],
  ): Promise<ReadonlySet<number>> {
    if (known !== null && known !== 'many') return known;
    return this.#texts.having(words, [...new Set(keys.map((key) => key.sequence))]);
  }

  /** The accounts that a filter means: null for any, or for more than can be named one by one. */
  async #members({ userId, user }: DetectionFilter): Promise<{ ids: string[] | null; tooMany: boolean }> {
    if (user === undefined) return { ids: userId === undefined ? null : [userId], tooMany: false };
    const query = this.#database('members').limit(NAMED_MEMBERS + 1);
    if (userId !== undefined) query.where({ id: userId });
    const rows: { id: string }[] = await containsText(query, 'email', user).select('id');
    if (rows.length > NAMED_MEMBERS) return { ids: null, tooMany: true };
    return { ids: rows.map(({ id }) => id), tooMany: false };
  }

  async #membersLike(user: string, keys: readonly DetectionKey[]): Promise<Set<string>> {
    const ids = new Set(keys.map((key) => key.member_id));
    const query = this.#database('members').whereIn('id', [...ids]);
    const rows: { id: string }[] = await containsText(query, 'email', user).select('id');
    return new Set(rows.map(({ id }) => id));
  }

  /** In the order of their keys; without those that are gone by now. */
  async #entries(keys: readonly DetectionKey[]): Promise<DetectionEntry[]> {
    return detectionEntries(
      this.#database,
      keys.map(({ id }) => id),
    );
  }
}

/** How many detections to look at for some that are missing, where about such a share of them is wanted. */
function lookFor(missing: number, share: number): number {
  return Math.min(Math.ceil((1.3 * missing) / share), LONGEST_LOOK);
}

const OPPOSITE = { asc: 'desc', desc: 'asc' } as const;

function placeOfKey({ id, sequence, score }: DetectionKey, { order }: Search): DetectionPlace {
  return [order === 'time' ? sequence : score, id];
}

/** What of a batch is taken (in the order of time whole photos), and where the next one begins; null when it is the last. */
function cutBatch(
  found: readonly DetectionKey[],
  limit: number,
  search: Search,
): { keys: readonly DetectionKey[]; next: DetectionPlace | null } {
  const last = found.at(-1);
  if (last === undefined || found.length < limit) return { keys: found, next: null };
  const keys = search.order === 'time' ? found.filter(({ sequence }) => sequence !== last.sequence) : [];
  const lastWhole = keys.at(-1);
  // Scores lie anyhow; and of one photo alone there can be more than a batch takes.
  if (lastWhole === undefined) return { keys: found, next: placeOfKey(last, search) };
  // Behind the photo, whatever detections it has by then.
  const behind = search.direction === 'asc' ? Number.MAX_SAFE_INTEGER : 0;
  return { keys, next: [lastWhole.sequence, behind] };
}

/** Where a search begins, if it goes by time; the newest photos, if it goes by score. */
function stretchOf({ order, direction, wanted: { from, before } }: Search, cursor: DetectionPlace | null) {
  if (order === 'score') return { from, before, direction: 'desc' as const };
  const at = cursor?.[0];
  if (at === undefined) return { from, before, direction };
  return direction === 'asc'
    ? { from: Math.max(from, at), before, direction }
    : { from, before: Math.min(before ?? at + 1, at + 1), direction };
}
