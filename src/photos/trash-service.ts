import { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Photo } from './photo.ts';
import type { PhotoFiles } from './photo-files.ts';
import type { PhotoService, Viewer } from './photo-service.ts';
import type { TrashPlace } from './trash-place.ts';
import type { TrashRepository } from './trash-repository.ts';

const BATCH = 500;
const LOOK_EVERY_MS = 60 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

export interface TrashServiceOptions {
  trash: TrashRepository;
  photos: Pick<PhotoService, 'get' | 'analyseInBackground'>;
  files: PhotoFiles;
  /** Days that a photo stays in the trash. */
  days: number;
  logger: Logger;
}

/** The trash of each member: nobody else sees it, admins neither. */
export class TrashService {
  readonly #trash: TrashRepository;
  readonly #photos: TrashServiceOptions['photos'];
  readonly #files: PhotoFiles;
  readonly #logger: Logger;
  /** Days that a photo stays in the trash. */
  readonly days: number;
  #timer: NodeJS.Timeout | undefined;
  #emptying: Promise<void> = Promise.resolve();
  #closed = false;

  constructor({ trash, photos, files, days, logger }: TrashServiceOptions) {
    this.#trash = trash;
    this.#photos = photos;
    this.#files = files;
    this.days = days;
    this.#logger = logger;
  }

  /** @throws {AppError} `not_found` when there is no such photo in the viewer's trash. */
  async get(viewer: Viewer, id: string): Promise<Photo> {
    const photo = await this.#trash.find(id);
    if (photo?.memberId === viewer.id) return photo;
    throw new AppError(
      'not_found',
      'There is no such photo in your trash. It may have been restored or deleted.',
    );
  }

  /** What was deleted last first; without what was found in it. */
  list(memberId: string, after: TrashPlace | null, limit: number): Promise<Photo[]> {
    return this.#trash.list(memberId, after, limit);
  }

  count(memberId: string): Promise<number> {
    return this.#trash.count(memberId);
  }

  /** When a photo of the trash will be deleted for good. */
  endOf({ deletedAt }: Photo): Date {
    return new Date((deletedAt ?? new Date()).getTime() + this.days * DAY_MS);
  }

  /**
   * Puts a photo back where it was; one that was not analysed yet is.
   * @throws {AppError} `not_found`
   */
  async restore(viewer: Viewer, id: string): Promise<Photo> {
    await this.get(viewer, id);
    await this.#trash.restore(id);
    const photo = await this.#photos.get(viewer, id);
    if (photo.status === 'queued') this.#photos.analyseInBackground(photo);
    return photo;
  }

  /**
   * Deletes a photo of the trash with every row and file of it; returns what it was.
   * @throws {AppError} `not_found`
   */
  async deleteForGood(viewer: Viewer, id: string): Promise<Photo> {
    const photo = await this.get(viewer, id);
    await this.#deleteForGood(id);
    return photo;
  }

  /**
   * Deletes for good what a member's trash held at a moment; what was deleted later stays. Returns how many photos that
   * were.
   */
  async empty(memberId: string, moment: Date): Promise<number> {
    const before = new Date(moment.getTime() + 1);
    let deleted = 0;
    for (;;) {
      const photos = await this.#trash.list(memberId, { deletedAt: before, sequence: 0 }, BATCH);
      for (const { id } of photos) if (await this.#deleteForGood(id, before)) deleted++;
      if (photos.length < BATCH) return deleted;
    }
  }

  /** Deletes from now on what has been in the trash for its days, once an hour. */
  start(): void {
    const look = () => {
      this.#emptying = this.deleteExpired().then(
        () => {},
        (error: unknown) => this.#logger.error({ err: error }, 'the trash could not be emptied'),
      );
    };
    look();
    this.#timer = setInterval(look, LOOK_EVERY_MS).unref();
  }

  /** Deletes for good what has been in the trash for its days; returns how many photos that were. */
  async deleteExpired(now = new Date()): Promise<number> {
    const before = new Date(now.getTime() - this.days * DAY_MS);
    let deleted = 0;
    while (!this.#closed) {
      const ids = await this.#trash.deletedBefore(before, BATCH);
      for (const id of ids) if (!this.#closed && (await this.#deleteForGood(id, before))) deleted++;
      if (ids.length < BATCH) break;
    }
    if (deleted > 0)
      this.#logger.info({ photos: deleted }, 'photos whose days in the trash were over deleted');
    return deleted;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#emptying;
  }

  /** `false` when it was restored meanwhile; see `TrashRepository.delete`. */
  async #deleteForGood(id: string, before?: Date): Promise<boolean> {
    // The row goes first: files without a row are swept at the next start, a row without files would be broken.
    if (!(await this.#trash.delete(id, before))) return false;
    await this.#files.remove(id);
    return true;
  }
}
