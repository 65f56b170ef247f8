import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Database, openDatabase } from '../../src/database/database.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import { createTestDatabase, describeOnEachDatabase, mySqlAnswers } from '../test-database.ts';

describeOnEachDatabase('a transaction', (open) => {
  test('keeps all or nothing, and hands on the error that broke it off', async () => {
    const database = await accountsIn(await open());
    const failure = new Error('not today');
    await assert.rejects(
      inTransaction(database, async (transaction) => {
        await add(transaction, 'a', 1);
        throw failure;
      }),
      failure,
    );
    assert.deepEqual(await balances(database), { a: 0, b: 0 });
    const answer = await inTransaction(database, async (transaction) => {
      await add(transaction, 'a', 1);
      return 'done';
    });
    assert.equal(answer, 'done');
    assert.deepEqual(await balances(database), { a: 1, b: 0 });
  });

  test('is not tried again for a fault that would come again', async () => {
    const database = await accountsIn(await open());
    let attempts = 0;
    const work = inTransaction(database, async (transaction) => {
      attempts++;
      await transaction('balances').insert({ name: 'a', amount: 0 });
    });
    await assert.rejects(work);
    assert.equal(attempts, 1);
  });
});

describe('transactions that meet', () => {
  test('at each other’s rows are both kept [mysql]', { skip: !mySqlAnswers }, async () => {
    const { location, drop } = await createTestDatabase('mysql');
    const database = await accountsIn(openDatabase(location));
    let attempts = 0;
    let arrived = 0;
    let meet = () => {};
    const met = new Promise<void>((resolve) => {
      meet = resolve;
    });
    const move = (from: string, to: string) =>
      inTransaction(database, async (transaction) => {
        attempts++;
        await add(transaction, from, -1);
        // Each holds its first row before either asks for its second.
        if (++arrived === 2) meet();
        await met;
        await add(transaction, to, 2);
      });
    try {
      await Promise.all([move('a', 'b'), move('b', 'a')]);
      assert.equal(attempts, 3);
      assert.deepEqual(await balances(database), { a: 1, b: 1 });
    } finally {
      await database.destroy();
      await drop();
    }
  });

  test('between reading and writing are both kept [sqlite]', async () => {
    const { location, drop } = await createTestDatabase('sqlite');
    const database = await accountsIn(openDatabase(location));
    const other = openDatabase(location);
    let attempts = 0;
    try {
      await inTransaction(database, async (transaction) => {
        attempts++;
        const row = await transaction('balances').where({ name: 'a' }).first();
        if (attempts === 1) await add(other, 'a', 5);
        await transaction('balances')
          .where({ name: 'a' })
          .update({ amount: row.amount + 1 });
      });
      assert.equal(attempts, 2);
      assert.deepEqual(await balances(database), { a: 6, b: 0 });
    } finally {
      await other.destroy();
      await database.destroy();
      await drop();
    }
  });

  test('do not spoil what is written after one was refused [sqlite]', async () => {
    const { location, drop } = await createTestDatabase('sqlite');
    const database = await accountsIn(openDatabase(location));
    const other = openDatabase(location);
    try {
      await database.raw('pragma busy_timeout = 1');
      await inTransaction(other, async (transaction) => {
        await add(transaction, 'a', 1);
        await assert.rejects(add(database, 'a', 10), { code: 'SQLITE_BUSY' });
      });
      await add(database, 'a', 100);
      assert.deepEqual(await balances(other), { a: 101, b: 0 });
      await add(other, 'a', 1000);
      assert.deepEqual(await balances(database), { a: 1101, b: 0 });
    } finally {
      await other.destroy();
      await database.destroy();
      await drop();
    }
  });
});

async function accountsIn(database: Database): Promise<Database> {
  await database.schema.createTable('balances', (table) => {
    table.string('name', 10).primary();
    table.integer('amount').notNullable();
  });
  await database('balances').insert([
    { name: 'a', amount: 0 },
    { name: 'b', amount: 0 },
  ]);
  return database;
}

async function add(database: Database, name: string, amount: number): Promise<void> {
  await database('balances').where({ name }).increment('amount', amount);
}

async function balances(database: Database): Promise<Record<string, number>> {
  const rows = await database('balances').orderBy('name');
  return Object.fromEntries(rows.map((row) => [row.name, row.amount]));
}
