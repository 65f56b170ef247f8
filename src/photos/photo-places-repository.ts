import type { Knex } from 'knex';
import type { Database } from '../database/database.ts';
import { containTerms, matchingKeys, type SearchTerm } from '../database/full-text.ts';
import { byIndex } from '../database/indexes.ts';
import { type Comparison, holds, type LabelCondition, type PhotoFilter } from './photo-filter.ts';
import { firstSequenceOf } from './sequence.ts';

export type Direction = 'asc' | 'desc';

/** Where a list begins and which way it runs. */
export interface Start {
  /** The list begins beyond this place; null for all. */
  from: number | null;
  direction: Direction;
}

type Places = Knex.QueryBuilder;

/** The places of photos for which a filter holds, apart from the text in them; each as a query for `sequence`, in order. */
export interface Candidates {
  all(): Places;
  /** Of the first, those whose text has these words, by reading it. */
  read(most: number, terms: readonly SearchTerm[]): Places;
  /** Of all, those whose text has these words, by the full-text index. */
  matching(terms: readonly SearchTerm[]): Places;
}

/** What is walked: the detections of a label, those of any label, or the photos. */
type Driver = LabelCondition | null | 'photos';

/** The index of the detections that a label is looked for in; with it the photos need not be read. */
const BY_LABEL = ['member_id', 'label', 'sequence', 'score'];
/** To find the rarest of several labels it is enough to count so far. */
const RARE = 2000;

/** Finds where a member's photos stand in the order of all photos. */
export class PhotoPlacesRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async candidates(memberId: string, filter: PhotoFilter, start: Start): Promise<Candidates> {
    const driver = await this.#driver(memberId, filter);
    const all = () => {
      const places =
        driver === 'photos' ? this.#photos(memberId) : this.#detections(memberId, driver, filter);
      return this.#narrowed(
        places,
        driver === 'photos' ? 'photos' : 'detections',
        memberId,
        filter,
        start,
        driver,
      );
    };
    return {
      all,
      read: (most, terms) => {
        const texts = this.#database(all().limit(most).as('places'))
          .join('photo_texts', 'photo_texts.sequence', 'places.sequence')
          .select('places.sequence')
          .orderBy('places.sequence', start.direction);
        return containTerms(texts, 'photo_texts.words', terms);
      },
      matching: (terms) => {
        const texts = matchingKeys(this.#database, 'photo_texts', 'sequence', 'words', terms).as('texts');
        // A cross join is read from left to right by SQLite, which else asks the full-text index once for each photo.
        const places = this.#database
          .from(texts)
          .crossJoin('photos', 'photos.sequence', 'texts.sequence')
          .where(ofMember(memberId));
        return this.#narrowed(places, 'photos', memberId, filter, start, 'photos');
      },
    };
  }

  async count(places: Places): Promise<number> {
    const row = await this.#database(places.as('places')).count({ count: '*' }).first();
    return Number(row?.count ?? 0);
  }

  async read(places: Places): Promise<number[]> {
    const rows: { sequence: number }[] = await places;
    return rows.map(({ sequence }) => sequence);
  }

  /** Of several labels that must be there, the rarest. */
  async #driver(memberId: string, { labels = [], scores = [] }: PhotoFilter): Promise<Driver> {
    const found = labels.filter(({ counts }) => !holds(0, counts));
    // What asks for few or none of a label also asks for photos in which nothing has such a score.
    if (found.length < 2) return found[0] ?? (scores.length > 0 && labels.length === 0 ? null : 'photos');
    const counts = await Promise.all(
      found.map(async (condition) => {
        const some = this.#ofLabel(memberId, condition.label)
          .whereNotNull('sequence')
          .limit(RARE)
          .select('id');
        return { condition, count: await this.count(some) };
      }),
    );
    return counts.reduce((rarest, other) => (other.count < rarest.count ? other : rarest)).condition;
  }

  #photos(memberId: string): Places {
    return this.#database('photos').where(ofMember(memberId));
  }

  #detections(memberId: string, condition: LabelCondition | null, { scores = [] }: PhotoFilter): Places {
    const found = condition
      ? this.#ofLabel(memberId, condition.label)
      : this.#database('detections').where({ 'detections.member_id': memberId });
    compare(found, 'detections.score', scores);
    for (const { operator, value } of condition?.counts ?? []) {
      if (value > 1 || operator !== '>=') found.havingRaw(`count(*) ${operator} ?`, [value]);
    }
    // While a photo is in the trash its detections have no place.
    return found.whereNotNull('detections.sequence').groupBy('detections.sequence');
  }

  #ofLabel(memberId: string, label: string): Places {
    return this.#database(byIndex(this.#database, 'detections', BY_LABEL)).where({
      'detections.member_id': memberId,
      'detections.label': label,
    });
  }

  /** All conditions but that of the driver. */
  #narrowed(
    places: Places,
    table: 'photos' | 'detections',
    memberId: string,
    { labels = [], without = [], scores = [], from, before }: PhotoFilter,
    start: Start,
    driver: Driver,
  ): Places {
    const place = `${table}.sequence`;
    places.select(place).orderBy(place, start.direction);
    if (start.from !== null) places.where(place, start.direction === 'desc' ? '<' : '>', start.from);
    if (from) places.where(place, '>=', firstSequenceOf(from));
    if (before) places.where(place, '<', firstSequenceOf(before));
    // Scalar subqueries: what MariaDB knows as a set it would make whole before it looks at the first photo.
    const others = (label: string) => {
      const found = this.#database(byIndex(this.#database, 'detections', BY_LABEL, 'other'))
        .where({ 'other.member_id': memberId, 'other.label': label })
        .where('other.sequence', this.#database.ref(place));
      return compare(found, 'other.score', scores);
    };
    const first = (label: string) => others(label).limit(1).select('other.sequence');
    for (const condition of labels.filter((label) => label !== driver)) {
      for (const { operator, value } of condition.counts) {
        if (operator === '>=' && value === 1) places.whereRaw('? is not null', [first(condition.label)]);
        else places.whereRaw(`? ${operator} ?`, [others(condition.label).count('*'), value]);
      }
    }
    for (const label of without) places.whereRaw('? is null', [first(label)]);
    // What is not analysed, or for its text alone, may well have what is not to be there.
    if (table === 'photos' && labels.length + without.length > 0)
      places.where('photos.status', 'analysed').whereNot('photos.tasks', 'text');
    return places;
  }
}

function ofMember(memberId: string): object {
  return { 'photos.member_id': memberId, 'photos.deleted_at': null };
}

function compare(query: Places, column: string, comparisons: readonly Comparison[]): Places {
  for (const { operator, value } of comparisons) query.where(column, operator, value);
  return query;
}
