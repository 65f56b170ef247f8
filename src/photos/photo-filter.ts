/** How a number is compared, as it is written and as SQL writes it. */
export type Operator = '>' | '>=' | '<' | '<=' | '=';

export interface Comparison {
  operator: Operator;
  value: number;
}

/** How often a label is found in a photo; everything must hold. */
export interface LabelCondition {
  label: string;
  /** At least one comparison; "found at all" is `>= 1`. */
  counts: readonly Comparison[];
}

/** Which photos of a member a list shows; everything that is set must hold. */
export interface PhotoFilter {
  labels?: readonly LabelCondition[] | undefined;
  /** Labels that are not found in it. */
  without?: readonly string[] | undefined;
  /** Of a detection, 0 to 1: the labels count only detections of such a score; without labels it has any such detection. */
  scores?: readonly Comparison[] | undefined;
  /** Its text has all these words; see `searchTerms`. */
  text?: string | undefined;
  /** Uploaded at or after. */
  from?: Date | undefined;
  /** Uploaded before. */
  before?: Date | undefined;
}

export type PhotoSort = 'newest' | 'oldest';

/** One page of a list: how the list is sorted, where the page begins, which way it runs, how long it is. */
export interface PageRequest {
  sort: PhotoSort;
  /** The page lies after the photo with this `sequence` (or before it, when `backward`); `null` for the first page. */
  cursor: number | null;
  backward: boolean;
  limit: number;
}

/** A label that is found at all. */
export function present(label: string): LabelCondition {
  return { label, counts: [{ operator: '>=', value: 1 }] };
}

const COMPARE: Record<Operator, (one: number, other: number) => boolean> = {
  '>': (one, other) => one > other,
  '>=': (one, other) => one >= other,
  '<': (one, other) => one < other,
  '<=': (one, other) => one <= other,
  '=': (one, other) => one === other,
};

/** Whether a number compares as asked, in every way. */
export function holds(number: number, comparisons: readonly Comparison[]): boolean {
  return comparisons.every(({ operator, value }) => COMPARE[operator](number, value));
}

/** The filter for which both hold. */
export function both(one: PhotoFilter, other: PhotoFilter): PhotoFilter {
  const labels = new Map<string, Comparison[]>();
  for (const { label, counts } of [...(one.labels ?? []), ...(other.labels ?? [])]) {
    labels.set(label, distinct([...(labels.get(label) ?? []), ...counts]));
  }
  const without = [...new Set([...(one.without ?? []), ...(other.without ?? [])])];
  const scores = distinct([...(one.scores ?? []), ...(other.scores ?? [])]);
  const text = [one.text, other.text]
    .filter((part) => part !== undefined)
    .map(closed)
    .join(' ');
  const froms = [one.from, other.from].filter((moment) => moment !== undefined).map(Number);
  const befores = [one.before, other.before].filter((moment) => moment !== undefined).map(Number);
  return {
    ...(labels.size > 0 ? { labels: [...labels].map(([label, counts]) => ({ label, counts })) } : {}),
    ...(without.length > 0 ? { without } : {}),
    ...(scores.length > 0 ? { scores } : {}),
    ...(text === '' ? {} : { text }),
    ...(froms.length > 0 ? { from: new Date(Math.max(...froms)) } : {}),
    ...(befores.length > 0 ? { before: new Date(Math.min(...befores)) } : {}),
  };
}

/** A text whose last phrase ends with it, so that it takes in nothing that follows. */
function closed(text: string): string {
  return text.split('"').length % 2 === 0 ? `${text}"` : text;
}

/** Each comparison once. */
function distinct(comparisons: readonly Comparison[]): Comparison[] {
  return comparisons.filter(
    ({ operator, value }, i) =>
      comparisons.findIndex((other) => other.operator === operator && other.value === value) === i,
  );
}
