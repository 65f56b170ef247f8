import type { Knex } from 'knex';
import { hasIndex, isMySql } from './dialect.ts';

type Kind = 'index' | 'unique';

/** Adds an index to a table that has been in use; does nothing when it is there already, as `addColumn`. */
export async function addIndex(
  database: Knex,
  tableName: string,
  columns: string[],
  kind: Kind = 'index',
): Promise<void> {
  if (await hasIndex(database, tableName, nameOf(tableName, columns, kind))) return;
  await database.schema.alterTable(tableName, (table) => {
    table[kind](columns);
  });
}

/** Removes an index; does nothing when there is none. */
export async function dropIndex(
  database: Knex,
  tableName: string,
  columns: string[],
  kind: Kind = 'index',
): Promise<void> {
  if (!(await hasIndex(database, tableName, nameOf(tableName, columns, kind)))) return;
  await database.schema.alterTable(tableName, (table) => {
    if (kind === 'unique') table.dropUnique(columns);
    else table.dropIndex(columns);
  });
}

/**
 * Adds the index by which rows are found that a foreign key leads away from: without it, whatever they name is deleted
 * only after all of them have been read. MySQL has made its own with the key.
 */
export async function addKeyIndex(database: Knex, tableName: string, column: string): Promise<void> {
  if (!isMySql(database)) await addIndex(database, tableName, [column]);
}

/** Removes what `addKeyIndex` has made. */
export async function dropKeyIndex(database: Knex, tableName: string, column: string): Promise<void> {
  if (!isMySql(database)) await dropIndex(database, tableName, [column]);
}

/**
 * A table to select from, read by this index and no other: for queries whose best index depends on what is asked, where
 * the database would guess. One that has been removed is an error.
 */
export function byIndex(
  database: Knex,
  tableName: string,
  columns: readonly string[],
  alias = tableName,
): Knex.Raw {
  const name = nameOf(tableName, columns, 'index');
  const sql = isMySql(database) ? '?? as ?? force index (??)' : '?? as ?? indexed by ??';
  return database.raw(sql, [tableName, alias, name]);
}

/** As knex names it. */
function nameOf(table: string, columns: readonly string[], kind: Kind): string {
  return `${table}_${columns.join('_')}_${kind}`;
}
