import type { Request } from 'express';
import { currentMember } from '../http/current-member.ts';
import { uploadedFiles } from '../http/upload.ts';
import type { DatasetImporter, ImportPlace } from './dataset-importer.ts';
import type { ImportReport } from './import-report.ts';

/** The turns of the requests that bring an archive. */
const places = new WeakMap<Request, ImportPlace>();

/**
 * Asks for a turn as soon as an archive begins to arrive; a request that ends before its archive is here gives it up.
 * @throws by the returned function as `DatasetImporter.enter`.
 */
export function enterImport(importer: Pick<DatasetImporter, 'enter'>): (req: Request) => void {
  return (req) => {
    const place = importer.enter(currentMember(req).id);
    places.set(req, place);
    req.res?.once('close', () => place.leave());
  };
}

/** Takes in the archive that a request has brought. @throws {AppError} as `ImportPlace.import`. */
export async function importUploaded(req: Request): Promise<ImportReport> {
  const [archive] = uploadedFiles(req);
  const place = places.get(req);
  if (!place) throw new Error('an archive arrived that has no turn');
  return place.import(archive);
}
