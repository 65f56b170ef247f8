import { after } from 'node:test';
import { type Database, migrateUp, openDatabase } from '../../src/database/database.ts';
import { createTestDatabase } from '../test-database.ts';

/** An empty, migrated SQLite database that is dropped when the suite ends. */
export async function openTestSqlite(): Promise<Database> {
  const { location, drop } = await createTestDatabase('sqlite');
  const database = openDatabase(location);
  after(async () => {
    await database.destroy();
    await drop();
  });
  await migrateUp(database);
  return database;
}
