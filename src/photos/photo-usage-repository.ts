import type { Quota } from '../accounts/member.ts';
import type { DatabaseOrTransaction } from '../database/database.ts';
import type { Photo } from './photo.ts';
import { refuseBeyond } from './photo-quota.ts';
import type { PhotoRow } from './photo-row.ts';

/** What a member keeps; the bytes are those of the originals. */
export async function usageOf(
  database: DatabaseOrTransaction,
  memberId: string,
): Promise<{ photos: number; bytes: number }> {
  const row = await database<PhotoRow>('photos')
    .where({ member_id: memberId })
    .count({ photos: '*' })
    .sum({ bytes: 'bytes' })
    .first();
  return { photos: Number(row?.photos ?? 0), bytes: Number(row?.bytes ?? 0) };
}

/**
 * Refuses a photo that goes beyond its member's quota. In a transaction, of several that arrive at once each waits for
 * the one before.
 * @throws {AppError} `quota_exceeded`
 */
export async function demandRoom(
  database: DatabaseOrTransaction,
  { memberId, bytes }: Pick<Photo, 'memberId' | 'bytes'>,
  quota: Quota,
): Promise<void> {
  if (quota.photos === null && quota.bytes === null) return;
  if (database.isTransaction) await database('members').where({ id: memberId }).forUpdate().first('id');
  refuseBeyond(quota, await usageOf(database, memberId), bytes);
}
