import assert from 'node:assert/strict';
import { type Database, openDatabase } from '../src/database/database.ts';
import { embeddedFile, isMySql } from '../src/database/dialect.ts';

/** A query as the database is asked. */
export interface AskedQuery {
  sql: string;
  bindings: unknown[];
}

/** What the database is asked while something is done. */
export async function queriesOf(database: Database, act: () => Promise<void>): Promise<AskedQuery[]> {
  const asked: AskedQuery[] = [];
  const note = (query: AskedQuery) => void asked.push(query);
  database.on('query', note);
  try {
    await act();
  } finally {
    database.removeListener('query', note);
  }
  return asked;
}

/**
 * The tables that are read from end to end by one of the queries of some work, each with the query.
 * @param meant Those where that is meant, and names that queries give to what they make themselves.
 */
export async function readWhole(
  database: Database,
  work: () => Promise<unknown>,
  meant: ReadonlySet<string>,
): Promise<string[]> {
  const queries = await queriesOf(database, async () => void (await work()));
  const asked = new Map(queries.map((query) => [query.sql, query]));
  assert.ok(asked.size > 0);
  const found: string[] = [];
  const file = embeddedFile(database);
  // After libsql has told a plan, its connection commits nothing any more.
  const asking = file === null ? database : openDatabase({ dialect: 'sqlite', file });
  try {
    for (const { sql, bindings } of asked.values()) {
      if (!/^(select|update|delete)/i.test(sql)) continue;
      for (const table of await tablesReadWhole(asking, sql, bindings)) {
        if (!meant.has(table)) found.push(`${table}: ${sql}`);
      }
    }
  } finally {
    if (asking !== database) await asking.destroy();
  }
  return found;
}

/**
 * The tables of the program that a query reads from end to end, be it in one of their indexes, as the database says it
 * will.
 */
export async function tablesReadWhole(
  database: Database,
  sql: string,
  bindings: readonly unknown[],
): Promise<string[]> {
  if (isMySql(database)) {
    const [rows] = await database.raw(`explain ${sql}`, [...bindings] as string[]);
    // What is in angle brackets is made by the query itself.
    return rows
      .filter(
        ({ table, type }: { table: string | null; type: string }) =>
          (type === 'ALL' || type === 'index') && !table?.startsWith('<'),
      )
      .map(({ table }: { table: string }) => table);
  }
  const rows: { detail: string }[] = await database.raw(`explain query plan ${sql}`, [
    ...bindings,
  ] as string[]);
  return rows.flatMap(({ detail }) => {
    // A virtual table that is scanned is the full-text index, asked for words.
    const [, table] = /^SCAN (\w+)(?: USING (?:COVERING )?INDEX \S+)?$/.exec(detail) ?? [];
    return table === undefined || ['places', 'some', 'texts', 'newest'].includes(table) ? [] : [table];
  });
}

/** How often a query on SQLite asks the full-text index: `once`, or once for each row of what it reads before. */
export async function fullTextAsked(
  database: Database,
  { sql, bindings }: AskedQuery,
): Promise<'once' | 'for each row'> {
  const steps: { detail: string }[] = await database.raw(`explain query plan ${sql}`, bindings as string[]);
  const [first] = steps.filter(({ detail }) => /^(SCAN|SEARCH) /.test(detail));
  return first?.detail.includes('VIRTUAL TABLE') ? 'once' : 'for each row';
}
