import type { Knex } from 'knex';
import { addIndex, addKeyIndex, dropIndex, dropKeyIndex } from '../src/database/indexes.ts';

/** What a member keeps, for quotas and lists of accounts: with the bytes beside the member no photo is read for it. */
const KEPT = ['member_id', 'bytes'];
/** When a member was seen last, and their sessions wherever these are listed or ended. */
const SEEN = ['member_id', 'last_seen_at'];

/** Indexes in which is counted what an account has, and by which photos and accounts are deleted. */
export async function up(database: Knex): Promise<void> {
  await addIndex(database, 'photos', KEPT);
  await addIndex(database, 'sessions', SEEN);
  await addKeyIndex(database, 'reanalysis_photos', 'photo_id');
  await addKeyIndex(database, 'corrections', 'member_id');
}

export async function down(database: Knex): Promise<void> {
  await dropKeyIndex(database, 'corrections', 'member_id');
  await dropKeyIndex(database, 'reanalysis_photos', 'photo_id');
  await dropIndex(database, 'sessions', SEEN);
  await dropIndex(database, 'photos', KEPT);
}
