import type { Quota } from '../accounts/member.ts';
import { AppError } from '../errors.ts';

const MB = 1024 * 1024;
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/**
 * @param kept What the member has.
 * @param bytes Of the photo that is to be kept too.
 * @throws {AppError} `quota_exceeded`
 */
export function refuseBeyond(quota: Quota, kept: { photos: number; bytes: number }, bytes: number): void {
  const wayOut =
    'Delete some photos for good first (those in the trash count too), or ask an admin for more room.';
  if (quota.photos !== null && kept.photos >= quota.photos) {
    const most = `${whole.format(quota.photos)} ${quota.photos === 1 ? 'photo' : 'photos'}`;
    throw new AppError('quota_exceeded', `You may keep ${most}, and that many are here. ${wayOut}`);
  }
  if (quota.bytes !== null && kept.bytes + bytes > quota.bytes) {
    const [most, used, wanted] = [quota.bytes, kept.bytes, bytes].map(
      (size) => `${tenth.format(size / MB)} MB`,
    );
    throw new AppError(
      'quota_exceeded',
      `You may keep ${most} of photos; ${used} are in use, and this one has ${wanted}. ${wayOut}`,
    );
  }
}
