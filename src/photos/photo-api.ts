import type { Request, Response } from 'express';
import type { AuditLog } from '../audit/audit-log.ts';
import { encodeCursor } from '../database/cursor.ts';
import { currentMember } from '../http/current-member.ts';
import type { Route } from '../http/route.ts';
import { type UploadReceiver, uploadedFiles } from '../http/upload.ts';
import { checkQuery, parse } from '../http/validation.ts';
import type { Photo } from './photo.ts';
import { photoJson } from './photo-json.ts';
import type { PhotoPictures } from './photo-pictures.ts';
import { removePhoto } from './photo-removal-routes.ts';
import { analysisRequestSchema, photoListSchema } from './photo-schemas.ts';
import type { PhotoService } from './photo-service.ts';
import { pictureRoutes } from './picture-routes.ts';

export interface PhotoApiOptions {
  photos: PhotoService;
  pictures: PhotoPictures;
  audit: AuditLog;
  /** Receives one file. */
  upload: UploadReceiver;
  /** 0 to 1; taken when a call gives no `minScore`. */
  defaultMinScore: number;
}

/** Stored photos, `/api/v1/photos`. */
export function photoApi({ photos, pictures, audit, upload, defaultMinScore }: PhotoApiOptions): Route[] {
  const requestSchema = analysisRequestSchema(defaultMinScore);

  async function create(req: Request, res: Response): Promise<void> {
    const [file] = uploadedFiles(req);
    const { photo, existing } = await photos.add(
      currentMember(req).id,
      file,
      parse(requestSchema, req.query),
    );
    res.location(locationOf(photo));
    if (photo.status === 'queued' && respondsAsync(req)) {
      photos.analyseInBackground(photo);
      res.set('Preference-Applied', 'respond-async').status(202).json(photoJson(photo));
      return;
    }
    const analysed = await photos.analyse(photo);
    res.status(existing ? 200 : 201).json(photoJson(analysed));
  }

  async function list(req: Request, res: Response): Promise<void> {
    const { filter, page } = parse(photoListSchema, req.query);
    // One more than asked tells whether there is a next page.
    const found = await photos.list(currentMember(req).id, filter, { ...page, limit: page.limit + 1 });
    const items = found.slice(0, page.limit);
    const last = items.at(-1);
    const nextCursor = found.length > page.limit && last ? encodeCursor(last) : null;
    res.json({ items: items.map(photoJson), nextCursor });
  }

  return [
    {
      method: 'POST',
      path: '/api/v1/photos',
      access: 'member',
      csrf: 'in-upload',
      handler: [checkQuery(requestSchema), upload.toDisk, create],
    },
    { method: 'GET', path: '/api/v1/photos', access: 'member', handler: list },
    {
      method: 'GET',
      path: '/api/v1/photos/:id',
      access: 'owner',
      handler: async (req, res) => {
        res.json(photoJson(await photos.get(currentMember(req), String(req.params.id))));
      },
    },
    {
      method: 'DELETE',
      path: '/api/v1/photos/:id',
      access: 'owner',
      handler: async (req, res) => {
        await removePhoto(req, photos, audit);
        res.status(204).end();
      },
    },
    ...pictureRoutes('/api/v1/photos/:id', pictures),
  ];
}

function locationOf(photo: Photo): string {
  return `/api/v1/photos/${photo.id}`;
}

/** RFC 7240: whether the caller would rather not wait for the analysis. */
function respondsAsync(req: Request): boolean {
  return (req.get('Prefer') ?? '').split(',').some((preference) => preference.trim() === 'respond-async');
}
