import type { RequestHandler } from 'express';
import type { AuditLog } from '../audit/audit-log.ts';
import type { CorrectionService } from '../corrections/correction-service.ts';
import { asCorrected } from '../corrections/correction-view.ts';
import { memberSource } from '../http/act-source.ts';
import { currentMember } from '../http/current-member.ts';
import { flash } from '../http/flash.ts';
import type { Route } from '../http/route.ts';
import { photoPage } from './overlay-view.ts';
import type { Photo } from './photo.ts';
import type { PhotoPictures } from './photo-pictures.ts';
import { removePhoto } from './photo-removal.ts';
import type { PhotoService } from './photo-service.ts';
import type { ShownPhoto } from './photo-view.ts';
import { pictureRoute, pictureRoutes } from './picture-routes.ts';

export interface PhotoPagesOptions {
  photos: PhotoService;
  corrections: CorrectionService;
  pictures: PhotoPictures;
  audit: AuditLog;
}

/** The page of a photo, and what can be done there. */
export function photoPages({ photos, corrections, pictures, audit }: PhotoPagesOptions): Route[] {
  const show: RequestHandler = async (req, res) => {
    const member = currentMember(req);
    const photo = await photos.get(member, String(req.params.id));
    const { newerId, olderId } = await photos.neighbours(photo);
    const neighbours = { previousId: newerId, nextId: olderId };
    const shown = {
      ...shownPhoto(photo),
      error: photo.status === 'queued' ? photos.whyWaiting(photo.id) : photo.error,
    };
    const own = photo.memberId === member.id;
    if (photo.findings === null)
      return res.render('photos/photo', photoPage(shown, neighbours, { own, shownAs: null }));
    const { state, steps } = await corrections.of(member, photo.id);
    const shownAs = steps.length === 0 ? null : req.query.as === 'detected' ? 'detected' : 'corrected';
    const page = shownAs === 'corrected' ? asCorrected(shown, state, photo.findings) : shown;
    res.render('photos/photo', photoPage(page, neighbours, { own, shownAs }));
  };

  const remove: RequestHandler = async (req, res) => {
    const { filename, memberId } = await removePhoto(memberSource(req), String(req.params.id), {
      photos,
      audit,
    });
    const whose = memberId === currentMember(req).id ? 'the trash' : 'its owner’s trash';
    flash(req, 'success', `“${filename}” was moved to ${whose}.`);
    res.redirect(303, '/photos');
  };

  const analyseAgain: RequestHandler = async (req, res) => {
    const photo = await photos.retry(currentMember(req), String(req.params.id));
    photos.analyseInBackground(photo);
    res.redirect(303, `/photos/${photo.id}`);
  };

  return [
    { method: 'GET', path: '/photos/:id', access: 'owner', handler: show },
    { method: 'POST', path: '/photos/:id/delete', access: 'owner', handler: remove },
    { method: 'POST', path: '/photos/:id/analyse', access: 'owner', handler: analyseAgain },
    ...pictureRoutes('/photos/:id', pictures),
    pictureRoute('/photos/:id/preview', (viewer, id) => pictures.preview(viewer, id)),
  ];
}

/** A photo as the pages show it. */
export function shownPhoto(photo: Photo): ShownPhoto {
  const { findings } = photo;
  return {
    id: photo.id,
    filename: photo.filename,
    mediaType: photo.mediaType,
    frames: photo.frames,
    width: photo.width,
    height: photo.height,
    bytes: photo.bytes,
    sha256: photo.sha256,
    status: photo.status,
    error: photo.error,
    createdAt: photo.createdAt,
    detections: findings?.detections ?? [],
    lines: findings?.lines ?? [],
    models: findings?.models ?? null,
    engine: findings?.engine ?? null,
    timings: findings?.timings ?? null,
  };
}
