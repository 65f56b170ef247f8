import type { ArchivedPhoto } from '../accounts/own-data-archive.ts';
import type { CorrectionReader } from '../corrections/corrected-findings.ts';
import type { Photo } from './photo.ts';
import type { PhotoFiles } from './photo-files.ts';
import { correctedJson, photoJson } from './photo-json.ts';
import { withEnding } from './photo-pictures.ts';
import type { PhotoRepository } from './photo-repository.ts';
import type { PhotoService } from './photo-service.ts';
import type { TrashPlace } from './trash-place.ts';
import type { TrashService } from './trash-service.ts';

const PAGE = 200;

/** All photos of a member, those in the trash included, to be taken away as files. */
export class PhotoArchive {
  readonly #photos: PhotoService;
  readonly #trash: TrashService;
  readonly #kept: PhotoRepository;
  readonly #files: PhotoFiles;
  readonly #corrections: CorrectionReader;

  constructor({
    photos,
    trash,
    kept,
    files,
    corrections,
  }: {
    photos: PhotoService;
    trash: TrashService;
    kept: PhotoRepository;
    files: PhotoFiles;
    corrections: CorrectionReader;
  }) {
    this.#photos = photos;
    this.#trash = trash;
    this.#kept = kept;
    this.#files = files;
    this.#corrections = corrections;
  }

  /** Read page by page: the oldest first, then those in the trash. */
  async *archived(memberId: string): AsyncGenerator<ArchivedPhoto> {
    for await (const photo of this.#all(memberId)) yield this.#archived(photo, 'photos');
    for await (const photo of this.#deleted(memberId)) yield this.#archived(photo, 'trash');
  }

  async *#all(memberId: string): AsyncGenerator<Photo> {
    let cursor: number | null = null;
    for (;;) {
      const page = { limit: PAGE, sort: 'oldest', backward: false, cursor } as const;
      const photos: Photo[] = await this.#photos.list(memberId, {}, page);
      yield* photos;
      cursor = photos.at(-1)?.sequence ?? null;
      if (photos.length < PAGE) return;
    }
  }

  /** What was deleted last first. */
  async *#deleted(memberId: string): AsyncGenerator<Photo> {
    let after: TrashPlace | null = null;
    for (;;) {
      const photos: Photo[] = await this.#trash.list(memberId, after, PAGE);
      yield* photos;
      const last = photos.at(-1);
      if (photos.length < PAGE || !last?.deletedAt) return;
      after = { deletedAt: last.deletedAt, sequence: last.sequence };
    }
  }

  #archived({ id, filename, mediaType, sha256, createdAt }: Photo, folder: string): ArchivedPhoto {
    const day = createdAt.toISOString().slice(0, 10);
    return {
      path: `${folder}/${day}-${id}-${withEnding(filename, mediaType).replaceAll(/[\\/:*?"<>|]/g, '_')}`,
      createdAt,
      original: this.#files.originalPath(id, sha256),
      json: () => this.#json(id),
    };
  }

  /** The photo, since when it is in the trash, and what its member made of the findings where that is something. */
  async #json(id: string): Promise<object | null> {
    const photo = await this.#kept.find(id);
    if (photo === null) return null;
    const corrected = (await this.#corrections.correctedOf([photo])).get(id);
    return {
      ...photoJson(photo),
      ...(photo.deletedAt && { deletedAt: photo.deletedAt.toISOString() }),
      ...(corrected && { corrected: correctedJson(corrected) }),
    };
  }
}
