import type { Knex } from 'knex';
import { StartError } from '../start-error.ts';

/**
 * Removes the tables that an interrupted run of a migration left: MySQL keeps each one as it is made, so the
 * migration begins anew.
 *
 * @param tables in the order in which the migration makes them.
 * @throws {StartError} when one holds rows: then it was in use, and the record of migrations is what is wrong.
 */
export async function dropUnfinished(database: Knex, tables: readonly string[]): Promise<void> {
  const left: string[] = [];
  for (const table of tables) {
    if (!(await database.schema.hasTable(table))) continue;
    if (await database(table).first())
      throw new StartError(
        `The table ${table} holds rows, but the database has no record of the migration that makes it. Restore the table knex_migrations from a backup.`,
      );
    left.push(table);
  }
  for (const table of left.reverse()) await database.schema.dropTable(table);
}
