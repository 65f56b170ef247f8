import type { Database } from '../database/database.ts';
import type { Photo } from './photo.ts';
import type { PageRequest, PhotoFilter } from './photo-filter.ts';
import { loadPhotos } from './photo-loading-repository.ts';
import { type Candidates, PhotoPlacesRepository } from './photo-places-repository.ts';
import type { PhotoRow } from './photo-row.ts';
import { searchTerms } from './searched-text.ts';

const READ_FOR_WORDS = 2000;
/** Of the photos that are read so many have words that are common: to count all with the index would take too long. */
const COMMON_SHARE = 0.01;
/** Photos that a filter finds are counted so far. */
const LARGEST_PHOTO_COUNT = 1000;
/** Detections, and lines, of a member are counted so far. */
const LARGEST_FINDING_COUNT = 10_000;
/** The lines of so many photos are counted: each is looked up by its photo, for no index leads from a member to them. */
const PHOTOS_COUNTED_FOR_LINES = 2000;

/** How many there are: `exact`, or at least so many. */
export interface BoundedCount {
  count: number;
  exact: boolean;
}

/**
 * Finds photos of a member: first their places in the order of all photos, in indexes alone, then the photos of the page
 * that is shown.
 */
export class PhotoSearchRepository {
  readonly #database: Database;
  readonly #places: PhotoPlacesRepository;
  readonly #readForWords: number;

  /**
   * @param readForWords How many photos are read for words in them before the full-text index is asked, which is slow for
   *   words that many have; with 0 it is always asked.
   */
  constructor(database: Database, readForWords = READ_FOR_WORDS) {
    this.#database = database;
    this.#places = new PhotoPlacesRepository(database);
    this.#readForWords = readForWords;
  }

  /** One page of a member's photos, in the list's order whichever way the page runs. */
  async list(memberId: string, filter: PhotoFilter, page: PageRequest): Promise<Photo[]> {
    const direction = (page.sort === 'newest') !== page.backward ? 'desc' : 'asc';
    const candidates = await this.#places.candidates(memberId, filter, { from: page.cursor, direction });
    const sequences = await this.#page(candidates, filter.text, page.limit);
    if (sequences.length === 0) return [];
    const rows = await this.#database<PhotoRow>('photos')
      .whereIn('sequence', sequences)
      .orderBy('sequence', page.sort === 'newest' ? 'desc' : 'asc');
    return loadPhotos(this.#database, rows);
  }

  /** How many photos a filter finds; all photos of a member are counted to the end. */
  async count(memberId: string, filter: PhotoFilter): Promise<BoundedCount> {
    const direction = 'desc';
    const candidates = await this.#places.candidates(memberId, filter, { from: null, direction });
    if (Object.keys(filter).length === 0) {
      return { count: await this.#places.count(candidates.all()), exact: true };
    }
    if (filter.text === undefined) return this.#countUpTo(candidates.all(), LARGEST_PHOTO_COUNT);
    const terms = searchTerms(filter.text);
    const read = await this.#places.count(candidates.all().limit(this.#readForWords));
    const found = await this.#places.count(candidates.read(this.#readForWords, terms));
    if (read < this.#readForWords) return { count: found, exact: true };
    if (found > 0 && found >= read * COMMON_SHARE) return { count: found, exact: false };
    return this.#countUpTo(candidates.matching(terms), LARGEST_PHOTO_COUNT);
  }

  /** Those of these ids that are of photos of the member, without what is in the trash; in their order. */
  async ownIds(memberId: string, ids: readonly string[]): Promise<string[]> {
    const own = await this.#database<PhotoRow>('photos')
      .where({ member_id: memberId, deleted_at: null })
      .whereIn('id', ids)
      .pluck<string[]>('id');
    return [...new Set(ids)].filter((id) => own.includes(id));
  }

  /** The photos right before and after one in its member's history, newest first. */
  async neighbours(photo: Photo): Promise<{ newerId: string | null; olderId: string | null }> {
    const nearest = async (direction: 'asc' | 'desc') => {
      const row = await this.#database<PhotoRow>('photos')
        .where({ member_id: photo.memberId, deleted_at: null })
        .where('sequence', direction === 'desc' ? '<' : '>', photo.sequence)
        .orderBy('sequence', direction)
        .first('id');
      return row?.id ?? null;
    };
    const [newerId, olderId] = await Promise.all([nearest('asc'), nearest('desc')]);
    return { newerId, olderId };
  }

  /**
   * How many detections and text lines a member's photos have; those in the trash have none. Quick with any number of
   * photos: each is counted up to a bound, and lines in the newest photos alone.
   */
  async countFindings(memberId: string): Promise<{ detections: BoundedCount; lines: BoundedCount }> {
    const [detections, lines] = await Promise.all([
      this.#countDetections(memberId),
      this.#countLines(memberId),
    ]);
    return { detections, lines };
  }

  /** How many detections and text lines all photos of a member have, those in the trash among them, to the end. */
  async countAllFindings(memberId: string): Promise<{ detections: number; lines: number }> {
    const count = (table: 'detections' | 'text_lines') =>
      this.#places.count(
        this.#database('photos')
          .join(table, `${table}.photo_id`, 'photos.id')
          .where({ 'photos.member_id': memberId })
          .select(`${table}.photo_id`),
      );
    const [detections, lines] = await Promise.all([count('detections'), count('text_lines')]);
    return { detections, lines };
  }

  #countDetections(memberId: string): Promise<BoundedCount> {
    const detections = this.#database('detections').where({ member_id: memberId }).whereNotNull('sequence');
    return this.#countUpTo(detections.select('sequence'), LARGEST_FINDING_COUNT);
  }

  async #countLines(memberId: string): Promise<BoundedCount> {
    const newest = (most: number) =>
      this.#database('photos')
        .where({ member_id: memberId, deleted_at: null })
        .orderBy('sequence', 'desc')
        .limit(most)
        .select('id');
    const lines = this.#database(newest(PHOTOS_COUNTED_FOR_LINES).as('newest'))
      .join('text_lines', 'text_lines.photo_id', 'newest.id')
      .select('newest.id');
    const [{ count, exact }, read] = await Promise.all([
      this.#countUpTo(lines, LARGEST_FINDING_COUNT),
      this.#places.count(newest(PHOTOS_COUNTED_FOR_LINES + 1)),
    ]);
    return { count, exact: exact && read <= PHOTOS_COUNTED_FOR_LINES };
  }

  async #countUpTo(places: ReturnType<Candidates['all']>, most: number): Promise<BoundedCount> {
    const count = await this.#places.count(places.limit(most + 1));
    return { count: Math.min(count, most), exact: count <= most };
  }

  async #page(candidates: Candidates, text: string | undefined, limit: number): Promise<number[]> {
    const first = (places: ReturnType<Candidates['all']>) => this.#places.read(places.limit(limit));
    if (text === undefined) return first(candidates.all());
    const terms = searchTerms(text);
    const found = await first(candidates.read(this.#readForWords, terms));
    if (found.length === limit) return found;
    const read = await this.#places.count(candidates.all().limit(this.#readForWords));
    return read < this.#readForWords ? found : first(candidates.matching(terms));
  }
}
