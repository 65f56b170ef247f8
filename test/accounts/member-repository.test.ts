import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Member } from '../../src/accounts/member.ts';
import { MemberRepository } from '../../src/accounts/member-repository.ts';
import { migrateUp, openDatabase } from '../../src/database/database.ts';
import { AppError } from '../../src/errors.ts';
import { createTestDatabase, describeOnEachDatabase, mySqlAnswers } from '../test-database.ts';

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

describe('first registrations at once', () => {
  for (const dialect of ['sqlite', 'mysql'] as const) {
    if (dialect === 'mysql' && !mySqlAnswers) continue;
    test(`make one admin [${dialect}]`, async () => {
      const { location, drop } = await createTestDatabase(dialect);
      // SQLite's driver blocks while it waits for a lock, so that two connections of one process would wait
      // for each other.
      const connections = dialect === 'sqlite' ? 1 : 3;
      const databases = Array.from({ length: connections }, () => openDatabase(location));
      after(async () => {
        await Promise.all(databases.map((database) => database.destroy()));
        await drop();
      });
      const [first] = databases;
      assert.ok(first);
      await migrateUp(first);
      for (let round = 0; round < 5; round += 1) {
        await first('members').delete();
        const created = await Promise.all(
          Array.from({ length: 12 }, (_, index): Promise<Member> => {
            const members = new MemberRepository(databases[index % connections] ?? first);
            return members.create(newMember(`${index}@example.org`));
          }),
        );
        assert.equal(created.filter(({ role }) => role === 'admin').length, 1);
        assert.equal((await first('members').where({ role: 'admin' })).length, 1);
      }
    });
  }
});
