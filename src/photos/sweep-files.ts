import type { Logger } from '../logger.ts';
import type { PhotoFiles } from './photo-files.ts';
import type { PhotoRepository } from './photo-repository.ts';

/** Photos that one upload brings at most. */
export const MOST_OF_ONE_UPLOAD = 20;

/**
 * Removes the files that a killed run left without a row, and no others: a database that is new, was emptied, or is not the
 * one that it should be knows none of the files either, and they may be all that is left. So nothing is removed that is
 * older than the database's table of photos, and nothing at all where that is empty and there is more than one upload can
 * have brought.
 */
export async function sweepFiles({
  photos,
  files,
  logger,
}: {
  photos: PhotoRepository;
  files: PhotoFiles;
  logger: Logger;
}): Promise<void> {
  const folder = files.photos;
  if ((await photos.isEmpty()) && (await files.count()) > MOST_OF_ONE_UPLOAD) {
    logger.warn(
      { folder },
      'The database knows no photo, but there are files of photos; they are left alone. If they are yours, stop DetectX and have DATABASE_URL, DATA_DIR and UPLOADS_DIR belong together, or restore the database from its backup. If not, delete the folder.',
    );
    return;
  }
  const { removed, left } = await files.sweep(await photos.keepsSince(), (ids) => photos.existingIds(ids));
  if (removed > 0) logger.info({ removed }, 'files without a photo removed');
  if (left > 0) {
    logger.warn(
      { folder, left },
      'There are files of photos that the database does not know and that are older than it; they are left alone. If they are yours, restore the database that knew them. If not, delete them.',
    );
  }
}
