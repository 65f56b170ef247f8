import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { ApiToken } from '../../src/accounts/api-token.ts';
import { MemberRepository } from '../../src/accounts/member-repository.ts';
import { TokenRepository } from '../../src/accounts/token-repository.ts';
import { describeOnEachDatabase, type OpenTestDatabase } from '../test-database.ts';

const token = (fields: Partial<ApiToken> = {}): ApiToken => ({
  id: randomUUID(),
  name: 'camera',
  scope: 'read',
  createdAt: new Date('2026-01-02T03:04:05.678Z'),
  expiresAt: null,
  lastUsedAt: null,
  ...fields,
});

async function twoMembers(open: OpenTestDatabase) {
  const database = await open();
  const members = new MemberRepository(database);
  const ada = await members.create({ name: 'Ada', email: 'ada@example.org', passwordHash: 'x' });
  const bob = await members.create({ name: 'Bob', email: 'bob@example.org', passwordHash: 'x' });
  return { database, members, tokens: new TokenRepository(database), ada: ada.id, bob: bob.id };
}

describeOnEachDatabase('API token rows', (open) => {
  test('come back as they were put in, to the millisecond', async () => {
    const { members, tokens, ada } = await twoMembers(open);
    const expiring = token({ expiresAt: new Date('2030-06-07T08:09:10.011Z') });
    await tokens.insert(ada, expiring, 'a'.repeat(64));
    assert.deepEqual(await tokens.findByHash('a'.repeat(64)), {
      token: expiring,
      member: await members.findById(ada),
    });
    assert.equal(await tokens.findByHash('A'.repeat(64)), null);
  });

  test('are listed by member, newest first', async () => {
    const { tokens, ada, bob } = await twoMembers(open);
    const old = token({ createdAt: new Date('2026-01-01T00:00:00Z') });
    const recent = token({ createdAt: new Date('2026-01-01T00:00:00.001Z') });
    await tokens.insert(ada, old, '1'.repeat(64));
    await tokens.insert(ada, recent, '2'.repeat(64));
    await tokens.insert(bob, token(), '3'.repeat(64));
    assert.deepEqual(await tokens.listOf(ada), [recent, old]);
  });

  test('note their use', async () => {
    const { tokens, ada } = await twoMembers(open);
    const made = token();
    const at = new Date('2026-02-03T04:05:06.789Z');
    await tokens.insert(ada, made, 'b'.repeat(64));
    await tokens.markUsed(made.id, at);
    assert.deepEqual(await tokens.listOf(ada), [{ ...made, lastUsedAt: at }]);
  });

  test('are removed by their owner alone, and with their owner', async () => {
    const { database, tokens, ada, bob } = await twoMembers(open);
    const [first, second] = [token(), token()];
    await tokens.insert(ada, first, 'c'.repeat(64));
    await tokens.insert(ada, second, 'd'.repeat(64));
    assert.equal(await tokens.deleteOf(bob, first.id), false);
    assert.equal(await tokens.deleteOf(ada, first.id), true);
    assert.equal(await tokens.deleteOf(ada, first.id), false);
    await database('members').where({ id: ada }).delete();
    assert.equal(await tokens.findByHash('d'.repeat(64)), null);
  });
});
