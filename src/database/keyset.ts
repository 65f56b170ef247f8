import type { Knex } from 'knex';
import { isMySql } from './dialect.ts';

export type Direction = 'asc' | 'desc';

/**
 * Keeps the rows that come after a place in the order of two columns, both in one direction; written so that each database
 * takes it as the beginning of a range of an index.
 */
export function whereBeyond(
  database: Knex,
  query: Knex.QueryBuilder,
  [column, tie]: readonly [string, string],
  direction: Direction,
  [value, tieValue]: readonly [number, number],
): Knex.QueryBuilder {
  const sign = direction === 'asc' ? '>' : '<';
  if (!isMySql(database)) return query.whereRaw(`(??, ??) ${sign} (?, ?)`, [column, tie, value, tieValue]);
  return query.where((either) =>
    either.where(column, sign, value).orWhere((same) => same.where(column, value).where(tie, sign, tieValue)),
  );
}
