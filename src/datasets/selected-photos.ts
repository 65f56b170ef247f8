import { AppError } from '../errors.ts';
import type { Photo } from '../photos/photo.ts';
import type { PhotoFilter } from '../photos/photo-filter.ts';
import type { PhotoService } from '../photos/photo-service.ts';

/** Which photos of a member are meant. */
export interface PhotoSelection {
  /** These; null for all that the filter finds. */
  ids: readonly string[] | null;
  filter: PhotoFilter;
}

const PAGE = 200;

/** Photos that a member has chosen, the oldest first, read page by page. What lies in the trash is not among them. */
export class SelectedPhotos {
  readonly #photos: Pick<PhotoService, 'get' | 'list'>;

  constructor(photos: Pick<PhotoService, 'get' | 'list'>) {
    this.#photos = photos;
  }

  /** @throws {AppError} `not_found` when one of the ids is none of the member's; `invalid_input` when there is no photo. */
  async *pages(memberId: string, { ids, filter }: PhotoSelection): AsyncGenerator<readonly Photo[]> {
    let cursor: number | null = null;
    let some = false;
    if (ids !== null) {
      yield await this.#named(memberId, ids);
      return;
    }
    for (;;) {
      const page = { limit: PAGE, sort: 'oldest', backward: false, cursor } as const;
      const photos: Photo[] = await this.#photos.list(memberId, filter, page);
      some ||= photos.length > 0;
      if (!some) throw new AppError('invalid_input', 'No photo of yours matches.');
      if (photos.length > 0) yield photos;
      cursor = photos.at(-1)?.sequence ?? null;
      if (photos.length < PAGE) return;
    }
  }

  async #named(memberId: string, ids: readonly string[]): Promise<Photo[]> {
    const photos: Photo[] = [];
    // An admin chooses among their own, too.
    for (const id of new Set(ids)) photos.push(await this.#photos.get({ id: memberId, role: 'member' }, id));
    return photos.sort((a, b) => a.sequence - b.sequence);
  }
}
