import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemberRepository } from '../../src/accounts/member-repository.ts';
import type { Database } from '../../src/database/database.ts';
import { AppError } from '../../src/errors.ts';
import { describeOnEachDatabase } from '../test-database.ts';

/** As many as the pool has connections. */
const AT_ONCE = 10;

const newMember = (email: string, name = 'Ada') => ({ name, email, passwordHash: 'a hash' });

describeOnEachDatabase('members', (open) => {
  test('come back as they were put in', async () => {
    const members = new MemberRepository(await open());
    assert.equal(await members.isEmpty(), true);
    const before = Date.now();
    const member = await members.create(newMember('ada@example.org', 'Ада 👩‍🔬 Łovelace'));
    assert.equal(await members.isEmpty(), false);
    assert.equal(member.name, 'Ада 👩‍🔬 Łovelace');
    assert.ok(member.createdAt.getTime() >= before && member.createdAt.getTime() <= Date.now());
    assert.deepEqual(await members.findById(member.id), member);
    assert.deepEqual(await members.findCredentials('ada@example.org'), { member, passwordHash: 'a hash' });
  });

  test('are found by their own address alone', async () => {
    const members = new MemberRepository(await open());
    await members.create(newMember('jose@example.org'));
    assert.equal(await members.findCredentials('josé@example.org'), null);
    assert.equal(await members.findCredentials('nobody@example.org'), null);
    assert.equal(await members.findById('no-such-id'), null);
  });

  test('have one account for one address', async () => {
    const members = new MemberRepository(await open());
    await members.create(newMember('ada@example.org'));
    await assert.rejects(members.create(newMember('ada@example.org')), (error) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, 'conflict');
      assert.equal(error.fields[0]?.path, 'email');
      return true;
    });
  });

  test('make the first one admin, and nobody after', async () => {
    const members = new MemberRepository(await open());
    const roles = [];
    for (const name of ['a', 'b', 'c'])
      roles.push((await members.create(newMember(`${name}@example.org`))).role);
    assert.deepEqual(roles, ['admin', 'member', 'member']);
  });
});

describeOnEachDatabase('first registrations at once', (open) => {
  for (const isolation of ['repeatable read', 'read committed']) {
    test(`make one admin, with ${isolation}`, async () => {
      const database = await open();
      await isolate(database, isolation);
      for (let round = 0; round < 5; round += 1) {
        await database('members').delete();
        const members = new MemberRepository(database);
        const created = await Promise.all(
          Array.from({ length: AT_ONCE }, (_, index) => members.create(newMember(`${index}@example.org`))),
        );
        assert.equal(created.filter(({ role }) => role === 'admin').length, 1);
        assert.equal((await database('members').where({ role: 'admin' })).length, 1);
        assert.equal((await database('members')).length, AT_ONCE);
      }
    });
  }

  test('of one address make one account', async () => {
    const members = new MemberRepository(await open());
    const outcomes = await Promise.allSettled(
      Array.from({ length: AT_ONCE }, () => members.create(newMember('ada@example.org'))),
    );
    const made = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.role] : []));
    assert.deepEqual(made, ['admin']);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') assert.equal(outcome.reason.code, 'conflict');
  });
});

/** Has every connection of a MySQL pool see of other transactions what it should; SQLite knows one way alone. */
async function isolate(database: Database, isolation: string): Promise<void> {
  const { client } = database;
  if (client.config.client !== 'mysql2') return;
  const connections = await Promise.all(Array.from({ length: AT_ONCE }, () => client.acquireConnection()));
  for (const connection of connections) {
    await database.raw(`set session transaction isolation level ${isolation}`).connection(connection);
    client.releaseConnection(connection);
  }
}
