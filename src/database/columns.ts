import type { Knex } from 'knex';

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
