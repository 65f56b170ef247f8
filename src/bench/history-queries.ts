import { encodeCursor } from '../database/cursor.ts';
import { type MemberIds, RECORD_END, RECORD_SPAN_MS } from './made-up-record.ts';
import type { RecordSample, SampledDetection } from './record-sample.ts';

/** A filter of the history with a value, and which detections it is to find. */
interface Filter {
  name: string;
  value: string;
  matches(detection: SampledDetection): boolean;
}

/** One call of the history. */
export interface HistoryQuery {
  /** For people. */
  name: string;
  path: string;
  firstPage: boolean;
}

const PAGE = 50;
const DEEP_PAGE = 1000;

const SORTS = {
  newest: (a: SampledDetection, b: SampledDetection) => b.sequence - a.sequence,
  oldest: (a: SampledDetection, b: SampledDetection) => a.sequence - b.sequence,
  highest: (a: SampledDetection, b: SampledDetection) => b.score - a.score,
  lowest: (a: SampledDetection, b: SampledDetection) => a.score - b.score,
};

/** No filter, each one and each pair of two, in all sorts: the first page, and one that about 50,000 detections stand before. */
export function historyQueries(memberIds: MemberIds, sample: RecordSample): HistoryQuery[] {
  const filters = allFilters(memberIds);
  const pairs = filters.flatMap((one, i) =>
    filters.slice(i + 1).flatMap((other) => (contradict(one, other) ? [] : [[one, other]])),
  );
  return [[], ...filters.map((one) => [one]), ...pairs].flatMap((chosen) => pagesOf(chosen, sample));
}

/** Whether a call with both is refused: two values for one name, or a range that ends before it begins. */
function contradict(one: Filter, other: Filter): boolean {
  if (one.name === other.name) return true;
  const isRange = ['from to', 'minScore maxScore'].includes(`${one.name} ${other.name}`);
  return isRange && one.value > other.value;
}

function pagesOf(filters: readonly Filter[], sample: RecordSample): HistoryQuery[] {
  const matches = (detection: SampledDetection) => filters.every((filter) => filter.matches(detection));
  const asked = filters.map(({ name, value }): [string, string] => [name, value]);
  return Object.entries(SORTS).flatMap(([sort, compare]) => {
    const fields = new URLSearchParams([...asked, ['sort', sort], ['limit', String(PAGE)]]);
    const name = [...filters.map((filter) => `${filter.name}=${filter.value}`), sort].join(' ');
    const path = `/api/v1/admin/detections?${fields}`;
    const first = { name, path, firstPage: true };
    const place = sample.at(PAGE * DEEP_PAGE, matches, compare);
    if (place === null) return [first];
    const value = sort === 'newest' || sort === 'oldest' ? place.sequence : place.score;
    const cursor = encodeCursor([value, place.id]);
    return [first, { name: `${name}, deep`, path: `${path}&cursor=${cursor}`, firstPage: false }];
  });
}

/** Each filter with a value that much of the record has and with one that little of it has; accounts also as a few dozen with little. */
function allFilters(memberIds: MemberIds): Filter[] {
  const middle = new Date(RECORD_END.getTime() - RECORD_SPAN_MS / 2);
  const lastWeek = new Date(RECORD_END.getTime() - RECORD_SPAN_MS / 100);
  const firstWeek = new Date(RECORD_END.getTime() - RECORD_SPAN_MS * 0.99);
  const [one, few] = [memberIds[0], memberIds[150] ?? memberIds[0]];
  return [
    ...['person', 'toothbrush'].map((value) => filter('label', value, ({ label }) => label === value)),
    ...[one, few].map((value) => filter('userId', value, ({ userId }) => userId === value)),
    ...['example', 'member15', 'example.net'].map((value) =>
      filter('user', value, ({ email }) => email.includes(value)),
    ),
    ...['receipt', 'quokka'].map((value) => filter('text', value, ({ words }) => words.has(value))),
    ...[middle, lastWeek].map((day) =>
      filter('from', day.toISOString(), ({ createdAt }) => createdAt >= day),
    ),
    ...[middle, firstWeek].map((day) => filter('to', day.toISOString(), ({ createdAt }) => createdAt <= day)),
    ...[0.5, 0.99].map((least) => filter('minScore', String(least), ({ score }) => score >= least)),
    ...[0.9, 0.36].map((most) => filter('maxScore', String(most), ({ score }) => score <= most)),
    ...['2', '3'].map((value) => filter('model', value, ({ model }) => model === value)),
  ];
}

function filter(name: string, value: string, matches: Filter['matches']): Filter {
  return { name, value, matches };
}
