import type { Member } from '../accounts/member.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Photo } from './photo.ts';
import type { PhotoService } from './photo-service.ts';

/** Puts a photo into its owner's trash; when an admin does so with one of somebody else, the audit log says so. */
export async function removePhoto(
  source: { actor: Member; address: string | null },
  id: string,
  { photos, audit }: { photos: PhotoService; audit: AuditLog },
): Promise<Photo> {
  const photo = await photos.remove(source.actor, id);
  if (photo.memberId !== source.actor.id) {
    await audit.record('photo_deleted', { ...source, subject: { id: photo.memberId }, details: photo.id });
  }
  return photo;
}
