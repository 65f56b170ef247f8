import type { Knex } from 'knex';
import { hasIndex, isMySql } from './dialect.ts';

/**
 * Full-text search over one column of a table: FULLTEXT of MySQL, FTS5 of SQLite. The column holds words of letters and
 * digits in lower case, as `markedWords` makes them.
 */

/**
 * Stands before every word in the index, so that none is too short for MySQL, which leaves out words of one or two
 * characters and, as stop words, some common ones.
 */
const MARK = 'qq';
/** MySQL leaves out longer ones. */
const LONGEST_WORD = 80;

/** Words as they stand in the indexed column: with a blank before and behind each. */
export function markedWords(words: readonly string[]): string {
  return ` ${words.map(markedWord).join(' ')} `;
}

function markedWord(word: string): string {
  return `${MARK}${word}`.slice(0, LONGEST_WORD);
}

/** Words that follow each other, or a single word. */
export interface SearchTerm {
  words: readonly string[];
  /** Of a single word: whether it is also found where a longer word begins with it. */
  open: boolean;
}

/** Makes the index; does nothing when it is there already. */
export async function addFullTextIndex(
  database: Knex,
  table: string,
  key: string,
  column: string,
): Promise<void> {
  if (isMySql(database)) {
    const name = `${table}_${column}_fulltext`;
    if (await hasIndex(database, table, name)) return;
    await database.raw('alter table ?? add fulltext index ?? (??)', [table, name, column]);
    return;
  }
  const index = `${table}_index`;
  if (await database.schema.hasTable(index)) return;
  // Without copies of what stands in the table; triggers keep the two together, also where a foreign key deletes.
  await database.raw(
    `create virtual table ${index} using fts5(${column}, content='${table}', content_rowid='${key}', tokenize='unicode61 remove_diacritics 0')`,
  );
  const remove = `insert into ${index}(${index}, rowid, ${column}) values ('delete', old.${key}, old.${column});`;
  const add = `insert into ${index}(rowid, ${column}) values (new.${key}, new.${column});`;
  await database.raw(`create trigger ${index}_insert after insert on ${table} begin ${add} end`);
  await database.raw(`create trigger ${index}_delete after delete on ${table} begin ${remove} end`);
  await database.raw(`create trigger ${index}_update after update on ${table} begin ${remove} ${add} end`);
  await database.raw(`insert into ${index}(${index}) values ('rebuild')`);
}

/** Removes the index; the table stays. */
export async function dropFullTextIndex(database: Knex, table: string, column: string): Promise<void> {
  if (isMySql(database)) {
    const name = `${table}_${column}_fulltext`;
    if (await hasIndex(database, table, name))
      await database.raw('alter table ?? drop index ??', [table, name]);
    return;
  }
  for (const act of ['insert', 'delete', 'update']) {
    await database.raw('drop trigger if exists ??', [`${table}_index_${act}`]);
  }
  await database.schema.dropTableIfExists(`${table}_index`);
}

/**
 * The keys of the rows in which all terms occur, as a query to stand in `whereIn`; at least one term.
 */
export function matchingKeys(
  database: Knex,
  table: string,
  key: string,
  column: string,
  terms: readonly SearchTerm[],
): Knex.QueryBuilder {
  if (isMySql(database)) {
    const expression = terms.map((term) => `+${mySqlTerm(term)}`).join(' ');
    return database(table)
      .whereRaw('match (??) against (? in boolean mode)', [column, expression])
      .select(key);
  }
  const expression = terms.map(fts5Term).join(' AND ');
  return database(`${table}_index`)
    .whereRaw('?? match ?', [`${table}_index`, expression])
    .select({ [key]: 'rowid' });
}

/**
 * Keeps the rows whose text has all terms, without the index: for few rows that are at hand already, and words that so
 * many rows have that the index would have to be read for long. Finds what `matchingKeys` finds.
 */
export function containTerms(
  query: Knex.QueryBuilder,
  column: string,
  terms: readonly SearchTerm[],
): Knex.QueryBuilder {
  for (const { words, open } of terms) {
    const phrase = ` ${words.map(markedWord).join(' ')}`;
    query.whereRaw('instr(??, ?) > 0', [column, open && words.length === 1 ? phrase : `${phrase} `]);
  }
  return query;
}

function mySqlTerm({ words, open }: SearchTerm): string {
  const [first = '', ...others] = words.map(markedWord);
  if (others.length > 0) return `"${[first, ...others].join(' ')}"`;
  return open ? `${first}*` : first;
}

function fts5Term({ words, open }: SearchTerm): string {
  const phrase = `"${words.map(markedWord).join(' ')}"`;
  return open && words.length === 1 ? `${phrase}*` : phrase;
}
