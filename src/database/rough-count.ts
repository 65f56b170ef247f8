import type { Knex } from 'knex';
import { isMySql } from './dialect.ts';

/**
 * About how many rows a query on one table reads by the index it names, quickly, however many there are: MySQL looks up in
 * the index how far the ends of a range are apart; SQLite, which can't, counts up to `most`.
 */
export async function roughCount(database: Knex, query: Knex.QueryBuilder, most: number): Promise<number> {
  if (!isMySql(database)) {
    const row = await database(query.clone().limit(most).as('counted')).count({ count: '*' }).first();
    return Number(row?.count ?? 0);
  }
  const { sql, bindings } = query.toSQL().toNative();
  const [[plan]] = await database.raw(`explain ${sql}`, bindings);
  return Math.min(most, Number(plan?.rows ?? 0));
}
