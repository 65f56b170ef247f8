import { type Options, stringify } from 'csv-stringify/sync';

/**
 * Lines of CSV (RFC 4180), which people open with spreadsheets: text that one of these would run as a formula gets an
 * apostrophe before it.
 */
export function csvText(rows: unknown[][], options: Pick<Options, 'cast' | 'quoted_string'> = {}): string {
  return stringify(rows, { ...options, escape_formulas: true });
}
