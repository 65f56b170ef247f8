import type { Response } from 'express';
import { currentMember } from '../http/current-member.ts';
import { isGoneClient } from '../http/gone-client.ts';
import type { Route } from '../http/route.ts';
import type { PhotoPictures, PictureFile } from './photo-pictures.ts';
import type { Viewer } from './photo-service.ts';

/**
 * The image files of a photo, the same below the pages and below the API.
 * @param base Path of the photo with its parameter `:id`.
 */
export function pictureRoutes(base: string, pictures: PhotoPictures): Route[] {
  return [
    pictureRoute(`${base}/original`, (viewer, id) => pictures.original(viewer, id)),
    pictureRoute(`${base}/annotated`, (viewer, id) => pictures.annotated(viewer, id)),
    pictureRoute(`${base}/thumbnail`, (viewer, id) => pictures.thumbnail(viewer, id)),
  ];
}

/** One image file of a photo; `?download` offers it for saving. */
export function pictureRoute(
  path: string,
  find: (viewer: Viewer, id: string) => Promise<PictureFile>,
): Route {
  return {
    method: 'GET',
    path,
    access: 'owner',
    handler: async (req, res) => {
      const picture = await find(currentMember(req), String(req.params.id));
      await send(res, picture, req.query.download !== undefined);
    },
  };
}

function send(res: Response, picture: PictureFile, download: boolean): Promise<void> {
  if (download) res.attachment(picture.filename);
  res.set({
    'Content-Type': picture.mediaType,
    // Photos are private: a browser may keep them, but asks each time whether this member may still see them.
    'Cache-Control': 'private, no-cache',
  });
  return new Promise((resolve, reject) => {
    res.sendFile(picture.path, { cacheControl: false, dotfiles: 'allow' }, (error?: Error) => {
      if (error && !isGoneClient(error)) reject(error);
      else resolve();
    });
  });
}
