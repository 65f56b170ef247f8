import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Database, migrateDown, migrateUp, openDatabase } from '../../src/database/database.ts';
import { createTestDatabase, describeOnEachDatabase, mySqlAnswers } from '../test-database.ts';

const TABLES = ['members', 'sessions', 'api_tokens', 'photos', 'detections', 'text_lines'];

describe('migrations', () => {
  for (const dialect of ['sqlite', 'mysql'] as const) {
    if (dialect === 'mysql' && !mySqlAnswers) continue;
    test(`go up, down and up again [${dialect}]`, async () => {
      const { location, drop } = await createTestDatabase(dialect);
      const database = openDatabase(location);
      try {
        assert.equal((await migrateUp(database)).length, 2);
        assert.deepEqual(await presentTables(database), TABLES);
        assert.equal((await migrateDown(database)).length, 2);
        assert.deepEqual(await presentTables(database), []);
        assert.equal((await migrateUp(database)).length, 2);
        assert.deepEqual(await presentTables(database), TABLES);
        assert.equal((await migrateUp(database)).length, 0);
      } finally {
        await database.destroy();
        await drop();
      }
    });
  }
});

describeOnEachDatabase('schema', (open) => {
  test('tells addresses apart that differ by an accent alone', async () => {
    const database = await open();
    const member = (id: string, email: string) => ({
      id,
      email,
      name: 'Ada',
      password_hash: 'x',
      role: 'member',
      created_at: new Date(),
    });
    await database('members').insert([member('1', 'jose@example.org'), member('2', 'josé@example.org')]);
    assert.equal((await database('members').where({ email: 'jose@example.org' })).length, 1);
  });

  test('keeps times to the millisecond', async () => {
    const database = await open();
    const createdAt = new Date('2026-11-20T21:15:00.123Z');
    await database('members').insert({
      id: '1',
      email: 'a@example.org',
      name: 'Ada',
      password_hash: 'x',
      role: 'member',
      created_at: createdAt,
    });
    const row = await database('members').where('created_at', '=', createdAt).first();
    assert.equal(new Date(row.created_at).toISOString(), createdAt.toISOString());
  });
});

async function presentTables(database: Database): Promise<string[]> {
  const present: string[] = [];
  for (const table of TABLES) if (await database.schema.hasTable(table)) present.push(table);
  return present;
}
