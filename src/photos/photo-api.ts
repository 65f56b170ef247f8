import type { Request, Response } from 'express';
import type { AuditLog } from '../audit/audit-log.ts';
import type { CorrectionReader } from '../corrections/corrected-findings.ts';
import { encodeCursor } from '../database/cursor.ts';
import { memberSource } from '../http/act-source.ts';
import { currentMember } from '../http/current-member.ts';
import type { Route } from '../http/route.ts';
import { type UploadReceiver, uploadedFiles } from '../http/upload.ts';
import { checkQuery, parse } from '../http/validation.ts';
import type { Photo } from './photo.ts';
import { correctedPhotoJson, photoJson } from './photo-json.ts';
import type { PhotoPictures } from './photo-pictures.ts';
import { removePhoto } from './photo-removal.ts';
import { analysisRequestSchema, photoListSchema, photoQuerySchema } from './photo-schemas.ts';
import type { PhotoService } from './photo-service.ts';
import { pictureRoutes } from './picture-routes.ts';

export interface PhotoApiOptions {
  photos: PhotoService;
  corrections: CorrectionReader;
  pictures: PhotoPictures;
  audit: AuditLog;
  /** Receives one file. */
  upload: UploadReceiver;
  /** 0 to 1; taken when a call gives no `minScore`. */
  defaultMinScore: number;
  /** Names that detections can have. */
  labels: readonly string[];
}

/** Stored photos, `/api/v1/photos`. */
export function photoApi(options: PhotoApiOptions): Route[] {
  const { photos, corrections, pictures, audit, upload, defaultMinScore, labels } = options;
  const requestSchema = analysisRequestSchema(defaultMinScore);

  async function create(req: Request, res: Response): Promise<void> {
    const [file] = uploadedFiles(req);
    const { photo, existing, asked } = await photos.add(
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
    const analysed = await photos.analyse(photo, asked);
    res.status(existing ? 200 : 201).json(photoJson(analysed));
  }

  async function list(req: Request, res: Response): Promise<void> {
    const member = currentMember(req);
    const quick = photoListSchema(labels).safeParse(req.query);
    // Only labels of an earlier detector are worth the walk over all that a member's photos have.
    const { filter, page } = quick.success
      ? quick.data
      : parse(photoListSchema(await photos.knownLabels(member.id, labels)), req.query);
    // One more than asked tells whether there is a next page.
    const found = await photos.list(member.id, filter, { ...page, limit: page.limit + 1 });
    const items = found.slice(0, page.limit);
    const last = items.at(-1);
    const nextCursor = found.length > page.limit && last ? encodeCursor([last.sequence]) : null;
    res.json({ items: items.map(photoJson), nextCursor });
  }

  async function show(req: Request, res: Response): Promise<void> {
    const wanted = parse(photoQuerySchema, req.query).as;
    const photo = await photos.get(currentMember(req), String(req.params.id));
    const corrected = wanted === 'corrected' && (await corrections.correctedOf([photo])).get(photo.id);
    res.json(corrected ? correctedPhotoJson(photo, corrected) : photoJson(photo));
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
      handler: show,
    },
    {
      method: 'DELETE',
      path: '/api/v1/photos/:id',
      access: 'owner',
      handler: async (req, res) => {
        await removePhoto(memberSource(req), String(req.params.id), { photos, audit });
        res.status(204).end();
      },
    },
    ...pictureRoutes('/api/v1/photos/:id', pictures),
  ];
}

function locationOf(photo: Photo): string {
  return `/api/v1/photos/${photo.id}`;
}

/**
 * Whether the caller would rather not wait for the analysis. The names of preferences are told apart as tokens without
 * letter case, and each may have a value and parameters (RFC 7240, section 2).
 */
function respondsAsync(req: Request): boolean {
  // What is quoted may hold commas and semicolons.
  const preferences = (req.get('Prefer') ?? '').replace(/"(?:[^"\\]|\\.)*"/g, '').split(',');
  return preferences.some((preference) => /^\s*respond-async\s*(?:[;=]|$)/i.test(preference));
}
