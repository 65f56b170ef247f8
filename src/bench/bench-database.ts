import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DatabaseLocation } from '../database/database.ts';
import { type Database, migrateUp, openDatabase } from '../database/database.ts';

const MYSQL_URL = process.env.TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306';

/** An empty, migrated database; disposing removes it. */
export interface BenchDatabase extends AsyncDisposable {
  database: Database;
  /** As the setting `DATABASE_URL`. */
  url: string;
}

export async function createBenchDatabase(dialect: DatabaseLocation['dialect']): Promise<BenchDatabase> {
  const { location, url, drop } = dialect === 'sqlite' ? await placeForSqlite() : await placeForMySql();
  const database = openDatabase(location);
  const dispose = async () => {
    await database.destroy();
    await drop();
  };
  await migrateUp(database).catch(async (error: unknown) => {
    await dispose();
    throw error;
  });
  return { database, url, [Symbol.asyncDispose]: dispose };
}

/** Whether a MySQL or MariaDB server answers under TEST_MYSQL_URL or on the usual local port. */
export async function mySqlAnswers(): Promise<boolean> {
  return administer('select 1').then(
    () => true,
    () => false,
  );
}

interface Place {
  location: DatabaseLocation;
  url: string;
  drop(): Promise<void>;
}

async function placeForSqlite(): Promise<Place> {
  const folder = await mkdtemp(path.join(tmpdir(), 'detectx-bench-'));
  const file = path.join(folder, 'record.sqlite');
  return {
    location: { dialect: 'sqlite', file },
    url: `sqlite:${file}`,
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}

async function placeForMySql(): Promise<Place> {
  const name = `detectx_bench_${randomBytes(6).toString('hex')}`;
  await administer(`create database ${name} character set utf8mb4`);
  const url = `${MYSQL_URL.replace(/\/+$/, '')}/${name}`;
  return { location: { dialect: 'mysql', url }, url, drop: () => administer(`drop database ${name}`) };
}

async function administer(sql: string): Promise<void> {
  const connection = openDatabase({ dialect: 'mysql', url: `${MYSQL_URL.replace(/\/+$/, '')}/` });
  try {
    await connection.raw(sql);
  } finally {
    await connection.destroy();
  }
}
