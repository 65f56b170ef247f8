import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AccountRemoval, type KeptPhotos } from '../../src/accounts/account-removal.ts';
import { MemberRepository } from '../../src/accounts/member-repository.ts';
import { PhotoRepository } from '../../src/photos/photo-repository.ts';
import { PASSWORD } from '../http/browser.ts';
import { samplePhoto, UNBOUNDED } from '../photos/sample-photo.ts';
import { describeOnEachApp } from '../test-app.ts';

describeOnEachApp('removal of an account', (app) => {
  test('takes a photo with it that comes in meanwhile, out of the daily counts too', async () => {
    const { services } = app();
    const { accounts, database, photos: kept } = services;
    await accounts.register({ name: 'Ada', email: 'ada@example.org', password: PASSWORD });
    const ben = await accounts.register({ name: 'Ben', email: 'ben@example.org', password: PASSWORD });
    const photos: KeptPhotos = {
      usage: (id) => kept.usage(id),
      totalsWithTrash: (id) => kept.totalsWithTrash(id),
      async removeAllOf(id) {
        await kept.removeAllOf(id);
        if (late === 0) return;
        late--;
        await new PhotoRepository(database).insert(samplePhoto(id), UNBOUNDED);
      },
    };
    let late = 2;
    const removal = new AccountRemoval({ ...services, members: new MemberRepository(database), photos });
    await removal.remove(ben.id);
    assert.equal(late, 0);
    assert.equal(await accounts.findByEmail('ben@example.org'), null);
    assert.deepEqual(await database('photos').where({ member_id: ben.id }), []);
    const counts = await database('daily_counts').where({ kind: 'photos' }).whereNot({ count: 0 });
    assert.deepEqual(counts, []);
  });
});
