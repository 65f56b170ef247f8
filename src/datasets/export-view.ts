import type { Truth } from './dataset.ts';
import type { FormatName } from './dataset-format.ts';

/** The filters of the gallery that a selection can be made by. */
const FILTER_FIELDS = ['q', 'label', 'text', 'from', 'to', 'minScore'] as const;

/** `datasets/export`. Posts to `/photos/export`, or to `/photos/download` for the originals alone. */
export interface ExportPage {
  /** Photos that are chosen: `exact`, or at least so many. */
  total: { count: number; exact: boolean };
  /** How they are chosen: fields that go back with the form. Empty for all photos. */
  chosen: readonly { name: string; value: string }[];
  /** The filters among them, in words. */
  filters: readonly string[];
  formatName: FormatName;
  as: Truth;
  /** What of an export can be imported at a time. */
  importLimits: { maxPhotos: number; maxMb: number };
  /** Why nothing came, else null. */
  message: string | null;
}

const WORDS: Record<(typeof FILTER_FIELDS)[number], (value: string) => string> = {
  q: (value) => value,
  label: (value) => value,
  text: (value) => `“${value}”`,
  from: (value) => `from ${value}`,
  to: (value) => `to ${value}`,
  minScore: (value) => `at least ${Math.round(Number(value) * 100)} %`,
};

/** How photos are chosen, out of a query or a form that names ids or filters. */
export function choiceOf(given: unknown): Pick<ExportPage, 'chosen' | 'filters'> {
  const values: Readonly<Record<string, unknown>> =
    typeof given === 'object' && given !== null ? { ...given } : {};
  const ids = [values.id ?? []].flat().filter((id) => typeof id === 'string');
  if (ids.length > 0) return { chosen: ids.map((value) => ({ name: 'id', value })), filters: [] };
  if (values.chosen !== undefined) return { chosen: [{ name: 'chosen', value: '1' }], filters: [] };
  const filters = FILTER_FIELDS.flatMap((name) => {
    const value = values[name];
    return typeof value === 'string' && value !== '' ? { name, value } : [];
  });
  return { chosen: filters, filters: filters.map(({ name, value }) => WORDS[name](value)) };
}
