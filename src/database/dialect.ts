import type { Knex } from 'knex';

/**
 * The differences between SQLite and MySQL, by what is wanted. Nothing outside this folder asks which database
 * is in use.
 */
export function isMySql(database: Knex): boolean {
  return database.client.config.client === 'mysql2';
}

/** The file of an embedded database; `null` for a database on a server. */
export function embeddedFile(database: Knex): string | null {
  return isMySql(database) ? null : database.client.config.connection.filename;
}

/**
 * A text column that compares character by character: identifiers, hashes, addresses. (MySQL would otherwise
 * hold `é` and `e`, `A` and `a` for the same.)
 */
export function exactText(
  database: Knex,
  table: Knex.CreateTableBuilder,
  name: string,
  length: number,
): Knex.ColumnBuilder {
  const column = table.string(name, length);
  return isMySql(database) ? column.collate('utf8mb4_bin') : column;
}

/** A point in time with milliseconds, in UTC; read it with `new Date(value)`, which takes what either database gives. */
export function instant(database: Knex, table: Knex.CreateTableBuilder, name: string): Knex.ColumnBuilder {
  return isMySql(database) ? table.specificType(name, 'datetime(3)') : table.dateTime(name);
}

/** As `exactText`, of any length. */
export function exactLongText(
  database: Knex,
  table: Knex.CreateTableBuilder,
  name: string,
): Knex.ColumnBuilder {
  const column = table.text(name);
  return isMySql(database) ? column.collate('utf8mb4_bin') : column;
}

/** Whether a text column contains a piece of text, `%` and `_` taken literally. */
export function containsText(query: Knex.QueryBuilder, column: string, text: string): Knex.QueryBuilder {
  const pattern = `%${text.replace(/[!%_]/g, '!$&')}%`;
  return query.whereRaw("?? like ? escape '!'", [column, pattern]);
}

/** Whether a table has an index of this name. */
export async function hasIndex(database: Knex, table: string, name: string): Promise<boolean> {
  const found = isMySql(database)
    ? database('information_schema.statistics')
        .whereRaw('table_schema = database()')
        .where({ table_name: table, index_name: name })
    : database('sqlite_master').where({ type: 'index', tbl_name: table, name });
  return (await found.first(database.raw('1 as present'))) !== undefined;
}

/** The day of an `instant`: days since the first of January 1970, in UTC. */
export function dayOfInstant(database: Knex, column: string): Knex.Raw {
  return isMySql(database)
    ? database.raw("timestampdiff(day, '1970-01-01', ??)", [column])
    : database.raw('?? / 86400000', [column]);
}
