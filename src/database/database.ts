import knex, { type Knex } from 'knex';
import { isLockConflict } from './database-errors.ts';
import { withMigrationLock } from './migration-lock.ts';
import { migrationSource } from './migration-source.ts';
import { refuseOtherFile } from './sqlite-file.ts';
import { ensureWritablePlace } from './writable-place.ts';

/** Where a database is. */
export type DatabaseLocation = { dialect: 'sqlite'; file: string } | { dialect: 'mysql'; url: string };

/** A connection pool to SQLite or MySQL; repositories are written once for both. */
export type Database = Knex;

/** A database or one transaction on it. */
export type DatabaseOrTransaction = Knex | Knex.Transaction;

/** Knex throws what it would warn of, and whoever catches that says it; knex itself writes to the console. */
const SILENT = { warn() {}, error() {} };

/** Opens the database; creates the folder of an embedded one. Nothing is migrated yet. */
export function openDatabase(location: DatabaseLocation): Database {
  return location.dialect === 'sqlite' ? openSqlite(location.file) : openMySql(location.url);
}

function openSqlite(file: string): Database {
  ensureWritablePlace(file);
  refuseOtherFile(file);
  // libsql leaves a statement that was refused by a lock unfinished, and what its connection writes after that is
  // not committed. So the connection (there is one) is replaced before anything else is asked of it.
  let spoilt = false;
  const database = knex({
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
        spoilt = false;
        // The timeout comes first: switching to the write-ahead log needs a lock that another process may hold.
        connection.exec(
          'pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on;',
        );
        done(null, connection);
      },
      validate: () => !spoilt,
    },
    migrations: { migrationSource },
    log: SILENT,
    // Messages of errors would carry the values: session ids, hashes, addresses.
    compileSqlOnError: false,
  });
  return database.on('query-error', (error: unknown) => {
    spoilt ||= isLockConflict(error);
  });
}

function openMySql(url: string): Database {
  const database = knex({
    client: 'mysql2',
    connection: { uri: url, charset: 'utf8mb4', timezone: 'Z', supportBigNumbers: true },
    pool: { min: 0, max: 10 },
    // MySQL commits with every change of the schema, whatever a transaction says.
    migrations: { migrationSource, disableTransactions: true },
    log: SILENT,
    // Messages of errors would carry the values: session ids, hashes, addresses.
    compileSqlOnError: false,
  });
  return database.on('query-error', (error: { sql?: string }) => {
    // With the values filled in, by the driver.
    delete error.sql;
  });
}

/**
 * Brings the schema up to date and returns the names of the migrations that this took. Processes that do it at once
 * wait for each other, and one that was killed half-way is made good by the next.
 *
 * @throws {StartError} when another process migrates and does not come to its end.
 */
export function migrateUp(database: Database): Promise<string[]> {
  return migrate(database, 'latest');
}

/**
 * Takes back the newest migration, that one alone, and returns its name; nothing when there is none. Throws as
 * `migrateUp`.
 */
export function migrateDown(database: Database): Promise<string[]> {
  return migrate(database, 'down');
}

/** When a migration that is in force was applied. */
export async function migratedAt(database: Database, name: string): Promise<Date> {
  const row = await database('knex_migrations').where({ name }).first('migration_time');
  return new Date(row.migration_time);
}

function migrate(database: Database, direction: 'latest' | 'down'): Promise<string[]> {
  return withMigrationLock(database, async () => {
    // Knex's own lock is a row, which a killed process leaves behind. Nobody else can hold it now.
    await database.migrate.forceFreeMigrationsLock();
    const [, names] = (await database.migrate[direction]()) as [number, string[]];
    return names;
  });
}
