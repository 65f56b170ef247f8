import type { Database } from '../database/database.ts';
import { isMySql } from '../database/dialect.ts';

interface Index {
  table: string;
  name: string;
  /** What makes it again. */
  definition: string;
}

/**
 * Fills tables while they have no secondary indexes, which are made when all is there: in order, at once, instead of being
 * searched for every row. Unique ones stay, foreign keys need them.
 */
export async function withoutIndexes(
  database: Database,
  tables: readonly string[],
  fill: () => Promise<void>,
): Promise<void> {
  const indexes = isMySql(database)
    ? await mySqlIndexes(database, tables)
    : await sqliteIndexes(database, tables);
  await change(database, indexes, ({ name }) => database.raw('drop index ??', [name]).toQuery());
  try {
    await fill();
  } finally {
    await change(database, indexes, ({ definition }) => definition);
  }
}

/** MySQL changes a table once for all of its indexes; SQLite knows no such statement. */
async function change(
  database: Database,
  indexes: readonly Index[],
  statement: (index: Index) => string,
): Promise<void> {
  if (!isMySql(database)) {
    for (const index of indexes) await database.raw(statement(index));
    return;
  }
  for (const table of new Set(indexes.map((index) => index.table))) {
    const steps = indexes.filter((index) => index.table === table).map(statement);
    await database.raw(`alter table ?? ${steps.join(', ')}`, [table]);
  }
}

async function sqliteIndexes(database: Database, tables: readonly string[]): Promise<Index[]> {
  const rows = await database('sqlite_master')
    .where({ type: 'index' })
    .whereIn('tbl_name', tables)
    .whereNotNull('sql')
    .select<{ name: string; tbl_name: string; sql: string }[]>('name', 'tbl_name', 'sql');
  return rows
    .filter(({ sql }) => !/^create unique/i.test(sql))
    .map(({ name, tbl_name, sql }) => ({ table: tbl_name, name, definition: sql }));
}

async function mySqlIndexes(database: Database, tables: readonly string[]): Promise<Index[]> {
  const columns = "group_concat(concat('`', column_name, '`') order by seq_in_index)";
  const rows = await database('information_schema.statistics')
    .whereRaw('table_schema = database()')
    .whereIn('table_name', tables)
    .where({ non_unique: 1, index_type: 'BTREE' })
    .groupBy('table_name', 'index_name')
    .select<{ tableName: string; name: string; columns: string }[]>(
      database.raw(`table_name as tableName, index_name as name, ${columns} as columns`),
    );
  return rows.map(({ tableName, name, columns }) => ({
    table: tableName,
    name,
    definition: `add index \`${name}\` (${columns})`,
  }));
}
