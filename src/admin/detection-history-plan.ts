import type { DetectionOrder } from './detection-history.ts';

/**
 * Which index a search of the history reads. Databases guess it from statistics that say nothing of how filters meet, and
 * are wrong in two ways: they walk a million rows in the wanted order to find the three of a rare filter, or they collect
 * and sort the half million of a common one. So it is decided here, and said in the query.
 */

/** What a search can ask, as it concerns indexes. */
export type Condition = 'label' | 'member' | 'model' | 'time' | 'score' | 'photos';

/**
 * The indexes of `detections`. Each carries every column that a search asks, so that none of them needs the table; the id
 * stands where it makes the order complete.
 */
export const PATHS = {
  time: ['sequence', 'id', 'label', 'score', 'model', 'member_id'],
  score: ['score', 'id', 'sequence', 'label', 'model', 'member_id'],
  label: ['label', 'sequence', 'id', 'score', 'model', 'member_id'],
  member: ['member_id', 'sequence', 'id', 'label', 'score', 'model'],
  model: ['model', 'sequence', 'id', 'label', 'score', 'member_id'],
} as const;

export type Path = keyof typeof PATHS;

/** What bounds the part of an index that is read. */
const BOUNDS: Readonly<Record<Path, readonly Condition[]>> = {
  label: ['label', 'time'],
  member: ['member', 'time'],
  model: ['model', 'time'],
  time: ['time', 'photos'],
  score: ['score'],
};

/** Rows that a search may read and sort at all. */
const MOST_SORTED = 60_000;
/** The same for a search that is asked again and again: each time sorts anew. */
const MOST_SORTED_AGAIN = 10_000;

/** Accounts whose detections are merged, as those of each lie in the order of time. */
const MOST_MERGED = 20;

/** Whether the detections of so many accounts are read in the order of time, each account for itself. */
export function isFew(members: number): boolean {
  return members <= MOST_MERGED;
}

/** What a search asks. */
export interface Question {
  conditions: ReadonlySet<Condition>;
  /** Accounts that `member` means. */
  members: number;
  /** Rows that a page needs. */
  limit: number;
  /** Whether it is asked again and again, a page from where the one before ended. */
  again: boolean;
  order: DetectionOrder;
}

/** What is known of the rows of the history before a search. */
export interface RowCounts {
  /** About how many there are. */
  total(): Promise<number>;
  /** About how many a path leads to; `most` stands for all that is more. */
  count(path: Path, most: number): Promise<number>;
}

/**
 * Chooses the index of a search: one that has its rows in the wanted order and is walked until the page is full, or one
 * that leads to few rows, which are sorted.
 */
export async function choosePath(question: Question, counts: RowCounts): Promise<Path> {
  const { conditions, limit, again } = question;
  // Few photos: their detections lie side by side.
  if (conditions.has('photos')) return 'time';
  const ordered = pathsInOrder(question);
  const walked = ordered[0] ?? 'time';
  const exact = ordered.find((path) => [...conditions].every((asked) => BOUNDS[path].includes(asked)));
  if (exact) return exact;
  const most = again ? MOST_SORTED_AGAIN : MOST_SORTED;
  const total = await counts.total();
  let best = { path: walked, rows: most };
  // As if the conditions had nothing to do with each other.
  let walkedRows = limit;
  for (const path of pathsOf(question)) {
    const rows = await counts.count(path, most);
    if (rows < best.rows) best = { path, rows };
    if (!BOUNDS[walked].includes(path)) walkedRows *= total / Math.max(rows, 1);
  }
  return again || best.rows < walkedRows ? best.path : walked;
}

/** Paths that a condition bounds. */
function pathsOf({ conditions }: Question): Path[] {
  const paths = Object.keys(BOUNDS) as Path[];
  return paths.filter(
    (path) => BOUNDS[path].some((bound) => conditions.has(bound)) && isOpen(path, conditions),
  );
}

/**
 * Paths on which the rows come in the wanted order, the narrowest first. A model comes before all: it was in use for a time
 * only, and a walk from the other end would pass all that another one found.
 */
function pathsInOrder({ conditions, members, order }: Question): Path[] {
  if (order === 'score') return ['score'];
  const paths: Path[] = ['model', 'label', 'member', 'time'];
  return paths.filter((path) => isOpen(path, conditions) && (path !== 'member' || isFew(members)));
}

/** Whether the first column of the path's index has a value to look for, or needs none. */
function isOpen(path: Path, conditions: ReadonlySet<Condition>): boolean {
  return path === 'time' || path === 'score' || conditions.has(path);
}
