import type { Knex } from 'knex';
import type { Database } from '../database/database.ts';
import { byIndex } from '../database/indexes.ts';
import { type Direction, whereBeyond } from '../database/keyset.ts';
import { roughCount } from '../database/rough-count.ts';
import type { DetectionOrder, DetectionPlace } from './detection-history.ts';
import { type Condition, isFew, PATHS, type Path } from './detection-history-plan.ts';

/** What the index of a search is asked; everything that is set must hold. */
export interface Wanted {
  label: string | null;
  memberIds: readonly string[] | null;
  model: string | null;
  /** The first `sequence`, and the first that is no longer included. */
  from: number;
  before: number | null;
  minScore: number | null;
  maxScore: number | null;
  /** Photos by their `sequence`; few. */
  photos: readonly number[] | null;
  /** Detections with greater ids are left out. */
  newestId: number | null;
}

/** Accounts whose rows are counted at once: of more than 200, MariaDB takes all to have as many as the average one. */
const MEMBERS_AT_ONCE = 100;

/** In which order detections are wanted. */
export interface SearchOrder {
  order: DetectionOrder;
  direction: Direction;
}

/** A detection as an index of the history has it. */
export interface DetectionKey {
  id: number;
  sequence: number;
  score: number;
  member_id: string;
}

/** Which conditions a search has. */
export function conditionsOf(wanted: Wanted): Set<Condition> {
  const set: Record<Condition, boolean> = {
    label: wanted.label !== null,
    member: wanted.memberIds !== null,
    model: wanted.model !== null,
    time: wanted.from > 0 || wanted.before !== null,
    score: wanted.minScore !== null || wanted.maxScore !== null,
    photos: wanted.photos !== null,
  };
  return new Set((Object.keys(set) as Condition[]).filter((condition) => set[condition]));
}

/** Reads the indexes of `detections`, and nothing else. */
export class DetectionSearch {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** About how many detections there are: ids are given one after the other. */
  async total(): Promise<number> {
    const row = await this.#database('detections').max({ id: 'id' }).first();
    return Number(row?.id ?? 0);
  }

  /** About how many rows of the index of a path its conditions lead to; `most` stands for all that is more. */
  async count(wanted: Wanted, path: Path, most: number): Promise<number> {
    const { memberIds } = wanted;
    if (path !== 'member' || memberIds === null) return this.#count(wanted, path, most);
    let rows = 0;
    for (let at = 0; at < memberIds.length && rows < most; at += MEMBERS_AT_ONCE) {
      const some = memberIds.slice(at, at + MEMBERS_AT_ONCE);
      rows += await this.#count({ ...wanted, memberIds: some }, path, most - rows);
    }
    return rows;
  }

  #count(wanted: Wanted, path: Path, most: number): Promise<number> {
    const rows = this.#from(path).select('sequence');
    if (path === 'score') whereScore(rows, wanted);
    else {
      whereTime(rows, wanted);
      if (path !== 'time') whereFirst(rows, wanted, path);
    }
    return roughCount(this.#database, rows, most);
  }

  /** What a search finds after a place, in its order. */
  async keys(
    wanted: Wanted,
    path: Path,
    { order, direction }: SearchOrder,
    after: DetectionPlace | null,
    limit: number,
  ): Promise<DetectionKey[]> {
    const column = order === 'time' ? 'sequence' : 'score';
    const firstOf = (rows: Knex.QueryBuilder) =>
      rows
        .orderBy([
          { column, order: direction },
          { column: 'id', order: direction },
        ])
        .limit(limit)
        .select('id', 'sequence', 'score', 'member_id');
    // The rows of one account lie in the order of time: of some accounts, the first of each are merged.
    const { memberIds } = wanted;
    const isMerged = path === 'member' && order === 'time' && memberIds !== null && isFew(memberIds.length);
    const parts = isMerged ? memberIds.map((id) => ({ ...wanted, memberIds: [id] })) : [wanted];
    const [first, ...others] = parts.map((part) =>
      firstOf(this.#matching(part, path, { order, direction }, after)),
    );
    const rows: DetectionKey[] = await (first && others.length > 0
      ? firstOf(this.#together([first, ...others]))
      : first);
    return rows.map((row) => ({ ...row, id: Number(row.id), sequence: Number(row.sequence) }));
  }

  #matching(
    wanted: Wanted,
    path: Path,
    { order, direction }: SearchOrder,
    after: DetectionPlace | null,
  ): Knex.QueryBuilder {
    const query = this.#from(path);
    // Of two bounds at one end SQLite takes any for the range that it reads: there is one.
    const rest = after === null ? wanted : beyond(wanted, order, direction, after[0]);
    whereTime(query, rest);
    whereScore(query, rest);
    for (const first of ['label', 'member', 'model'] as const) whereFirst(query, wanted, first);
    if (wanted.newestId !== null) query.where('id', '<=', wanted.newestId);
    if (after !== null) {
      const column = order === 'time' ? 'sequence' : 'score';
      whereBeyond(this.#database, query, [column, 'id'], direction, after);
    }
    return query;
  }

  /** The rows of all queries. SQLite takes an order and a limit of each only in a query of its own. */
  #together(queries: readonly Knex.QueryBuilder[]): Knex.QueryBuilder {
    const parts = queries.map((query) => this.#database.from(query.as('some')));
    return this.#database.from(this.#database.queryBuilder().unionAll(parts).as('merged'));
  }

  #from(path: Path): Knex.QueryBuilder {
    return this.#database.from(byIndex(this.#database, 'detections', PATHS[path]));
  }
}

/** What is wanted from a value of the order on. */
function beyond(wanted: Wanted, order: DetectionOrder, direction: Direction, value: number): Wanted {
  const { from, before, minScore, maxScore } = wanted;
  if (order === 'time') {
    return direction === 'asc'
      ? { ...wanted, from: Math.max(from, value) }
      : { ...wanted, before: Math.min(before ?? value + 1, value + 1) };
  }
  return direction === 'asc'
    ? { ...wanted, minScore: Math.max(minScore ?? value, value) }
    : { ...wanted, maxScore: Math.min(maxScore ?? value, value) };
}

/** Photos in the trash have no `sequence` here. */
function whereTime(query: Knex.QueryBuilder, { from, before, photos }: Wanted): void {
  query.where('sequence', '>=', from);
  if (before !== null) query.where('sequence', '<', before);
  if (photos !== null) query.whereIn('sequence', photos);
}

function whereScore(query: Knex.QueryBuilder, { minScore, maxScore }: Wanted): void {
  if (minScore !== null) query.where('score', '>=', minScore);
  if (maxScore !== null) query.where('score', '<=', maxScore);
}

function whereFirst(
  query: Knex.QueryBuilder,
  { label, memberIds, model }: Wanted,
  column: 'label' | 'member' | 'model',
): void {
  if (column === 'label' && label !== null) query.where('label', label);
  if (column === 'model' && model !== null) query.where('model', model);
  if (column === 'member' && memberIds !== null) query.whereIn('member_id', memberIds);
}
