import type { Knex } from 'knex';
import { isMySql } from './dialect.ts';

/**
 * Adds a column to a table that has been in use; does nothing when it is there already, as after a migration that was
 * killed half-way.
 */
export async function addColumn(
  database: Knex,
  tableName: string,
  name: string,
  define: (table: Knex.CreateTableBuilder) => unknown,
): Promise<void> {
  if (await database.schema.hasColumn(tableName, name)) return;
  await database.schema.alterTable(tableName, (table) => {
    define(table);
  });
}

/** Removes a column. Knex itself would build an SQLite table anew for that, and lose what refers to its rows. */
export async function dropColumn(database: Knex, tableName: string, name: string): Promise<void> {
  if (!(await database.schema.hasColumn(tableName, name))) return;
  await database.raw('alter table ?? drop column ??', [tableName, name]);
}

/**
 * Makes a text column that has been in use compare as one of `exactText` does, or as the database does by itself. SQLite
 * compares all exactly.
 */
export async function setExact(
  database: Knex,
  tableName: string,
  name: string,
  length: number,
  exact: boolean,
): Promise<void> {
  if (!isMySql(database)) return;
  const collation = exact ? 'collate utf8mb4_bin ' : '';
  await database.raw(`alter table ?? modify ?? varchar(${length}) ${collation}not null`, [tableName, name]);
}
