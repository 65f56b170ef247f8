import type { Writable } from 'node:stream';
import type { PhotoFiles } from '../photos/photo-files.ts';
import { openOriginal } from './original-file.ts';
import { pictureName } from './picture-name.ts';
import type { PhotoSelection, SelectedPhotos } from './selected-photos.ts';
import { ZipWriter } from './zip-writer.ts';

/** The files of photos as they were uploaded, in one ZIP archive. */
export class OriginalsArchive {
  readonly #selected: SelectedPhotos;
  readonly #files: Pick<PhotoFiles, 'originalPath'>;

  constructor({
    selected,
    files,
  }: {
    selected: SelectedPhotos;
    files: Pick<PhotoFiles, 'originalPath'>;
  }) {
    this.#selected = selected;
    this.#files = files;
  }

  /**
   * Begins an archive; a photo that is deleted before its turn comes is not in it.
   * @returns what writes the archive; it is never in memory as a whole.
   * @throws {AppError} as `SelectedPhotos.pages`, before anything is written.
   */
  async open(memberId: string, selection: PhotoSelection): Promise<(output: Writable) => Promise<void>> {
    const pages = this.#selected.pages(memberId, selection);
    const first = await pages.next();
    return async (output) => {
      const zip = new ZipWriter(output);
      try {
        for (let page = first; !page.done; page = await pages.next()) {
          for (const photo of page.value) {
            const original = await openOriginal(this.#files.originalPath(photo.id, photo.sha256));
            if (original !== null) await zip.addStream(pictureName(photo), original);
          }
        }
        await zip.finish();
      } finally {
        zip.abandon();
      }
    };
  }
}
