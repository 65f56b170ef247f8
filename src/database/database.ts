import { mkdirSync } from 'node:fs';
import path from 'node:path';
import knex, { type Knex } from 'knex';
import type { DatabaseLocation } from '../config.ts';
import { migrationSource } from './migration-source.ts';

/** A connection pool to SQLite or MySQL; repositories are written once for both. */
export type Database = Knex;

/** A database or one transaction on it. */
export type DatabaseOrTransaction = Knex | Knex.Transaction;

/** Opens the database; creates the folder of an embedded one. Nothing is migrated yet. */
export function openDatabase(location: DatabaseLocation): Database {
  return location.dialect === 'sqlite' ? openSqlite(location.file) : openMySql(location.url);
}

function openSqlite(file: string): Database {
  mkdirSync(path.dirname(file), { recursive: true });
  return knex({
    client: 'better-sqlite3',
    connection: { filename: file },
    useNullAsDefault: true,
    pool: {
      min: 1,
      max: 1,
      afterCreate: (
        connection: { exec(sql: string): void },
        done: (error: Error | null, connection: unknown) => void,
      ) => {
        // The timeout comes first: switching to the write-ahead log needs a lock that another process may hold.
        connection.exec(
          'pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on;',
        );
        done(null, connection);
      },
    },
    migrations: { migrationSource },
  });
}

function openMySql(url: string): Database {
  return knex({
    client: 'mysql2',
    connection: { uri: url, charset: 'utf8mb4', timezone: 'Z', supportBigNumbers: true },
    pool: { min: 0, max: 10 },
    migrations: { migrationSource },
  });
}

/** Brings the schema up to date. Safe to call from several processes at once: knex holds a lock. */
export async function migrateUp(database: Database): Promise<string[]> {
  const [, names] = (await database.migrate.latest()) as [number, string[]];
  return names;
}

/** Takes back the newest batch of migrations. */
export async function migrateDown(database: Database): Promise<string[]> {
  const [, names] = (await database.migrate.rollback()) as [number, string[]];
  return names;
}
