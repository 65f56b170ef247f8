import type { Knex } from 'knex';
import { isMySql } from './dialect.ts';

/** Rows a single insert carries: SQLite takes 500 as knex writes them. */
const INSERT_BATCH = 500;

/**
 * Adds to the column `count` of the rows that the other columns name; a row that is not there is made, beginning at 0.
 * @param rows Of one shape, each with its own key, and with what is added as `count`: less than 0 to take away.
 */
export async function addToCounts(
  transaction: Knex.Transaction,
  table: string,
  rows: readonly { count: number }[],
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const key = Object.keys(first).filter((column) => column !== 'count');
  const added = isMySql(transaction) ? 'values(??)' : 'excluded.??';
  for (let at = 0; at < rows.length; at += INSERT_BATCH) {
    await transaction(table)
      .insert(rows.slice(at, at + INSERT_BATCH))
      .onConflict(key)
      .merge({ count: transaction.raw(`??.?? + ${added}`, [table, 'count', 'count']) });
  }
}
