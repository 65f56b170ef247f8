import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { MemberRepository } from '../../src/accounts/member-repository.ts';
import type { Database } from '../../src/database/database.ts';
import { toPhotoRow } from '../../src/photos/photo-row.ts';
import { TrashRepository } from '../../src/photos/trash-repository.ts';
import { queriesOf, tablesReadWhole } from '../query-plan.ts';
import { describeOnEachDatabase } from '../test-database.ts';
import { samplePhoto } from './sample-photo.ts';

describeOnEachDatabase('repository of the trash', (open) => {
  let database: Database;

  before(async () => {
    database = await open();
  });

  test('reads no table and no index from end to end', async () => {
    const members = new MemberRepository(database);
    const ids: string[] = [];
    for (const email of ['ada@example.org', 'ben@example.org', 'cat@example.org'])
      ids.push((await members.create({ name: 'Ada', email, passwordHash: 'x' })).id);
    const photos = Array.from({ length: 3000 }, (_, i) => {
      const createdAt = new Date(Date.UTC(2026, 2, 1, 0, i));
      return samplePhoto(ids[i % 3] ?? '', { createdAt, deletedAt: i % 10 === 0 ? createdAt : null });
    });
    const rows = photos.map((photo) => ({ ...toPhotoRow(photo), deleted_at: photo.deletedAt }));
    await database.batchInsert('photos', rows, 100);
    const [ada = ''] = ids;
    const trash = new TrashRepository(database);
    const asked = await queriesOf(database, async () => {
      assert.equal(await trash.count(ada), 100);
      const page = await trash.list(ada, null, 50);
      const last = page.at(-1);
      assert.ok(page.length === 50 && last?.deletedAt);
      const place = { deletedAt: last.deletedAt, sequence: last.sequence };
      assert.equal((await trash.list(ada, place, 51)).length, 50);
      assert.equal((await trash.deletedBefore(new Date(Date.UTC(2026, 2, 1, 1)), 500)).length, 6);
      assert.ok(await trash.find(last.id));
    });
    assert.equal(asked.length, 5);
    for (const { sql, bindings } of asked)
      assert.deepEqual(await tablesReadWhole(database, sql, bindings), [], sql);
  });
});
