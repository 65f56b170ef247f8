import type { Request, Response } from 'express';
import { currentMember } from '../http/current-member.ts';
import type { Route } from '../http/route.ts';
import type { PhotoPictures, PictureFile } from './photo-pictures.ts';

/**
 * The image files of a photo, the same below the pages and below the API; `?download` offers them for saving.
 * @param base Path of the photo with its parameter `:id`.
 */
export function pictureRoutes(base: string, pictures: PhotoPictures): Route[] {
  const route = (name: string, find: (req: Request) => Promise<PictureFile>): Route => ({
    method: 'GET',
    path: `${base}/${name}`,
    access: 'member',
    handler: async (req, res) => send(res, await find(req), req.query.download !== undefined),
  });
  const id = (req: Request) => String(req.params.id);
  return [
    route('original', (req) => pictures.original(currentMember(req), id(req))),
    route('annotated', (req) => pictures.annotated(currentMember(req), id(req))),
    route('thumbnail', (req) => pictures.thumbnail(currentMember(req), id(req))),
  ];
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
      // A browser that went away is nobody's fault.
      if (error && !res.req.destroyed) reject(error);
      else resolve();
    });
  });
}
