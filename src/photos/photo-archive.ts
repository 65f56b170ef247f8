import type { ArchivedPhoto } from '../accounts/own-data-archive.ts';
import type { Cursor } from '../database/cursor.ts';
import type { Photo } from './photo.ts';
import type { PhotoFiles } from './photo-files.ts';
import { photoJson } from './photo-json.ts';
import { withEnding } from './photo-pictures.ts';
import type { PhotoService } from './photo-service.ts';

const PAGE = 200;

/** All photos of a member, to be taken away as files. */
export class PhotoArchive {
  readonly #photos: PhotoService;
  readonly #files: PhotoFiles;

  constructor({ photos, files }: { photos: PhotoService; files: PhotoFiles }) {
    this.#photos = photos;
    this.#files = files;
  }

  /** The oldest first; read page by page. */
  async *archived(memberId: string): AsyncGenerator<ArchivedPhoto> {
    let cursor: Cursor | null = null;
    for (;;) {
      const page = { limit: PAGE, sort: 'oldest', backward: false, cursor } as const;
      const photos: Photo[] = await this.#photos.list(memberId, {}, page);
      for (const photo of photos) yield this.#archived(photo);
      cursor = photos.at(-1) ?? null;
      if (photos.length < PAGE) return;
    }
  }

  #archived({ id, memberId, filename, mediaType, sha256, createdAt }: Photo): ArchivedPhoto {
    const day = createdAt.toISOString().slice(0, 10);
    return {
      name: `${day}-${id}-${withEnding(filename, mediaType).replaceAll(/[\\/:*?"<>|]/g, '_')}`,
      createdAt,
      original: this.#files.originalPath(id, sha256),
      json: async () => photoJson(await this.#photos.get({ id: memberId, role: 'member' }, id)),
    };
  }
}
