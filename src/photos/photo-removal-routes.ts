import type { Request } from 'express';
import type { AuditLog } from '../audit/audit-log.ts';
import { memberSource } from '../http/act-source.ts';
import type { Photo } from './photo.ts';
import type { PhotoService } from './photo-service.ts';

/** Deletes the photo that a request names; when an admin deletes one of somebody else, the audit log says so. */
export async function removePhoto(req: Request, photos: PhotoService, audit: AuditLog): Promise<Photo> {
  const source = memberSource(req);
  const photo = await photos.remove(source.actor, String(req.params.id));
  if (photo.memberId !== source.actor.id) {
    await audit.record('photo_deleted', { ...source, subject: { id: photo.memberId }, details: photo.id });
  }
  return photo;
}
