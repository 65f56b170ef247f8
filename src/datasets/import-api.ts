import type { Request, Response } from 'express';
import type { Route } from '../http/route.ts';
import type { UploadReceiver } from '../http/upload.ts';
import { countsOf } from './import-report.ts';
import { importUploaded } from './import-routes.ts';

export interface ImportApiOptions {
  /** Receives one archive, once `enterImport` has let it in. */
  upload: UploadReceiver;
}

/** A data set taken in. */
export function importApi({ upload }: ImportApiOptions): Route[] {
  async function take(req: Request, res: Response): Promise<void> {
    const report = await importUploaded(req);
    const photos = report.photos.map(({ photoId, ...photo }) => ({
      ...photo,
      ...(photoId === null ? {} : { id: photoId, links: { self: `/api/v1/photos/${photoId}` } }),
    }));
    res.json({ counts: countsOf(report), notes: report.notes, photos });
  }

  return [
    {
      method: 'POST',
      path: '/api/v1/photos/import',
      access: 'member',
      csrf: 'in-upload',
      handler: [upload.toDisk, take],
    },
  ];
}
