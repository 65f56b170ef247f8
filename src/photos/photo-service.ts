import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import type { Quota, Role } from '../accounts/member.ts';
import { AppError } from '../errors.ts';
import { TASKS } from '../inference/analysis.ts';
import type { Logger } from '../logger.ts';
import type { AnalysisQueue } from './analysis-queue.ts';
import { kept, withPatience } from './analysis-wait.ts';
import { displayName } from './display-name.ts';
import type { OwnLabel, OwnLabels } from './own-label-read-model.ts';
import type { AnalysisRequest, Photo } from './photo.ts';
import type { PhotoFiles } from './photo-files.ts';
import type { PageRequest, PhotoFilter } from './photo-filter.ts';
import type { PhotoReanalysis } from './photo-reanalysis.ts';
import type { PhotoRepository } from './photo-repository.ts';
import type { BoundedCount, PhotoSearchRepository } from './photo-search-repository.ts';
import { sequenceAt } from './sequence.ts';
import { sweepFiles } from './sweep-files.ts';
import type { TrashRepository } from './trash-repository.ts';

/** Who asks; photos are seen by their owner and by admins. */
export interface Viewer {
  id: string;
  role: Role;
}

/** A file that has arrived under the incoming folder. */
export interface ArrivedFile {
  path: string;
  /** As the sender named it; not trusted. */
  filename: string;
  sha256: string;
  bytes: number;
}

/** What became of an arrived file. */
export interface TakenPhoto {
  photo: Photo;
  /** Whether its member had the same picture already. */
  existing: boolean;
  /** What it is to be analysed for: see `PhotoService.analyse`. */
  asked: AnalysisRequest;
}

/** What looks at arrived files and refuses those that are no photos. */
export interface IntakeInspector {
  intake(
    photo: Uint8Array,
  ): Promise<Pick<Photo, 'mediaType' | 'frames' | 'width' | 'height'> & { thumbnail: Buffer }>;
}

/** What tells how much each member may keep. */
export interface Quotas {
  find(memberId: string): Promise<Quota>;
}

export interface PhotoServiceOptions {
  photos: PhotoRepository;
  search: PhotoSearchRepository;
  ownLabels: OwnLabels;
  files: PhotoFiles;
  queue: AnalysisQueue;
  reanalysis: Pick<PhotoReanalysis, 'renew'>;
  imaging: IntakeInspector;
  quotas: Quotas;
  trash: TrashRepository;
  logger: Logger;
}

const INTAKES_AT_ONCE = 4;
const REMOVED_AT_ONCE = 500;

/** Takes photos in, has them analysed, and gives them to those who may see them. */
export class PhotoService {
  readonly #photos: PhotoRepository;
  readonly #search: PhotoSearchRepository;
  readonly #ownLabels: OwnLabels;
  readonly #files: PhotoFiles;
  readonly #queue: AnalysisQueue;
  readonly #reanalysis: Pick<PhotoReanalysis, 'renew'>;
  /** Analyses under way of photos that have been analysed, by photo and what is asked: who asks the same waits for the same. */
  readonly #renewals = new Map<string, Promise<boolean>>();
  readonly #imaging: IntakeInspector;
  readonly #quotas: Quotas;
  readonly #trash: TrashRepository;
  readonly #logger: Logger;
  /** Files wait on disk until they are looked at, so a flood of uploads does not fill the memory. */
  readonly #intakes = pLimit(INTAKES_AT_ONCE);

  constructor({
    photos,
    search,
    ownLabels,
    files,
    queue,
    reanalysis,
    imaging,
    quotas,
    trash,
    logger,
  }: PhotoServiceOptions) {
    this.#photos = photos;
    this.#search = search;
    this.#ownLabels = ownLabels;
    this.#files = files;
    this.#queue = queue;
    this.#reanalysis = reanalysis;
    this.#imaging = imaging;
    this.#quotas = quotas;
    this.#trash = trash;
    this.#logger = logger;
  }

  /** Finishes what an earlier run of the program left: empties `incoming`, sweeps orphans, resumes analyses. */
  async recover(): Promise<void> {
    await this.#files.prepare();
    await sweepFiles({ photos: this.#photos, files: this.#files, logger: this.#logger });
    this.#queue.resume();
  }

  /**
   * Keeps an arrived file as a photo that waits for its analysis (see `analyse`). When the member has the same
   * picture already, that photo is returned, out of the trash if it is there; it is queued again if it failed.
   * @param file Is moved or removed in any case.
   * @throws {AppError} `unsupported_image`, `broken_image`, `too_many_pixels`, `quota_exceeded`; then nothing is kept.
   */
  async add(memberId: string, file: ArrivedFile, request: AnalysisRequest): Promise<TakenPhoto> {
    let taken: Photo | null = null;
    let inserted: Photo | null = null;
    try {
      // Once more when another upload of the same picture is quicker by a moment, or when the photo that was there is
      // deleted for good at this moment.
      for (;;) {
        const known = await this.#photos.findByHash(memberId, file.sha256);
        const existing = known && (await this.#asAsked(known, request));
        if (existing) return { ...existing, existing: true };
        const quota = await this.#quotas.find(memberId);
        await this.#photos.demandRoom({ memberId, bytes: file.bytes }, quota);
        taken ??= await this.#take(memberId, file, request);
        inserted = await this.#photos.insert(taken, quota);
        if (inserted) return { photo: inserted, existing: false, asked: request };
      }
    } finally {
      if (taken && !inserted) await this.#files.remove(taken.id);
      await this.#files.discard(file.path);
    }
  }

  /**
   * Waits until a queued photo is analysed (or has failed) and returns it as it is then. One that has been analysed for
   * something else is analysed once more, and keeps what was found before unless that ends well.
   * @param asked What it is to be analysed for; what it was analysed for unless told.
   * @throws {AppError} `overloaded` when too many wait, `engine_unavailable` when the engine cannot be reached,
   *   `engine_overloaded` when it has no room, `analysis_interrupted` when the analysis was cut off: the photo stays
   *   queued and is analysed later; `analysis_failed` when a further analysis did; `not_found` when it was deleted meanwhile.
   */
  async analyse(photo: Photo, asked = photo.request): Promise<Photo> {
    if (photo.status === 'analysed' && !isSame(photo.request, asked)) return this.#renew(photo, asked);
    if (photo.status !== 'queued') return photo;
    const why = await withPatience(this.#queue.enqueue(photo.id));
    const analysed = (await this.#photos.find(photo.id)) ?? notFound();
    if (analysed.deletedAt !== null) return notFound();
    if (analysed.status === 'queued') throw kept(why);
    return analysed;
  }

  /** Why a queued photo has to wait; null when it is analysed as soon as its turn comes. */
  whyWaiting(photoId: string): string | null {
    const why = this.#queue.reason(photoId);
    return why && kept(why).message;
  }

  /** As `analyse`, for callers who do not wait. */
  analyseInBackground(photo: Photo, asked = photo.request): void {
    this.analyse(photo, asked).catch((error: unknown) => {
      // Not even now: it waits in the database, and its turn comes.
      if (error instanceof AppError) return;
      this.#logger.error({ err: error, photoId: photo.id }, 'a photo was not analysed');
    });
  }

  /** Removes an arrived file that is not to become a photo; does nothing when it is gone already. */
  async discard(file: ArrivedFile): Promise<void> {
    await this.#files.discard(file.path);
  }

  /** Puts a photo that failed back into the queue. */
  async retry(viewer: Viewer, id: string): Promise<Photo> {
    const photo = await this.get(viewer, id);
    if (photo.status === 'failed') await this.#photos.requeue(id, photo.request);
    return this.get(viewer, id);
  }

  /** @throws {AppError} `not_found` when there is no such photo or the viewer may not see it. */
  async get(viewer: Viewer, id: string): Promise<Photo> {
    const photo = await this.#photos.find(id);
    if (!photo || photo.deletedAt !== null) return notFound();
    if (photo.memberId !== viewer.id && viewer.role !== 'admin') return notFound();
    return photo;
  }

  list(memberId: string, filter: PhotoFilter, page: PageRequest): Promise<Photo[]> {
    return this.#search.list(memberId, filter, page);
  }

  count(memberId: string, filter: PhotoFilter): Promise<BoundedCount> {
    return this.#search.count(memberId, filter);
  }

  /** Those of these ids that are of photos of the member, without what is in the trash; in their order. */
  ownIds(memberId: string, ids: readonly string[]): Promise<string[]> {
    return this.#search.ownIds(memberId, ids);
  }

  /** Totals over a member's photos without those in the trash; those of what was found as far as is quick. */
  async totals(memberId: string): Promise<Record<'photos' | 'detections' | 'lines', BoundedCount>> {
    const [photos, findings] = await Promise.all([
      this.#search.count(memberId, {}),
      this.#search.countFindings(memberId),
    ]);
    return { photos, ...findings };
  }

  /** Totals over all photos of a member with what is in the trash, counted to the end. */
  async totalsWithTrash(memberId: string): Promise<{ photos: number; detections: number; lines: number }> {
    const [{ photos }, findings] = await Promise.all([
      this.#photos.usage(memberId),
      this.#search.countAllFindings(memberId),
    ]);
    return { photos, ...findings };
  }

  /** What a member keeps; the bytes are those of the originals. */
  usage(memberId: string): Promise<{ photos: number; bytes: number }> {
    return this.#photos.usage(memberId);
  }

  /** Labels that occur in a member's photos, the most frequent first. */
  labels(memberId: string): Promise<OwnLabel[]> {
    return this.#ownLabels.list(memberId);
  }

  /** Names that a member can ask for: those of the model, and those that an earlier one has found. */
  async knownLabels(memberId: string, ofModel: readonly string[]): Promise<string[]> {
    return [...new Set([...ofModel, ...(await this.#ownLabels.names(memberId))])];
  }

  neighbours(photo: Photo): Promise<{ newerId: string | null; olderId: string | null }> {
    return this.#search.neighbours(photo);
  }

  /** Puts a photo into its owner's trash, from where it can be restored for a while; returns what it was. */
  async remove(viewer: Viewer, id: string): Promise<Photo> {
    const photo = await this.get(viewer, id);
    await this.#trash.put(id, new Date());
    return photo;
  }

  /** Deletes all photos of a member for good, the trash included, with every row and file of them. */
  async removeAllOf(memberId: string): Promise<void> {
    for (;;) {
      const ids = await this.#photos.someIdsOf(memberId, REMOVED_AT_ONCE);
      if (ids.length === 0) return;
      for (const id of ids) {
        // The row goes first: files without a row are swept at the next start, a row without files would be broken.
        await this.#photos.delete(id);
        await this.#files.remove(id);
      }
    }
  }

  async #take(memberId: string, file: ArrivedFile, request: AnalysisRequest): Promise<Photo> {
    const { thumbnail, ...picture } = await this.#intakes(async () =>
      this.#imaging.intake(await this.#files.readUpload(file.path)),
    );
    const createdAt = new Date();
    const photo: Photo = {
      id: randomUUID(),
      memberId,
      sequence: sequenceAt(createdAt),
      filename: displayName(file.filename),
      sha256: file.sha256,
      bytes: file.bytes,
      ...picture,
      status: 'queued',
      error: null,
      request,
      createdAt,
      deletedAt: null,
      findings: null,
    };
    await this.#files.store(photo.id, photo.sha256, file.path, thumbnail);
    return photo;
  }

  async #renew(photo: Photo, asked: AnalysisRequest): Promise<Photo> {
    const key = JSON.stringify([photo.id, asked.tasks, asked.minScore]);
    const renewal =
      this.#renewals.get(key) ??
      this.#reanalysis.renew(photo, asked).finally(() => {
        this.#renewals.delete(key);
      });
    this.#renewals.set(key, renewal);
    try {
      await renewal;
    } catch (error) {
      throw error instanceof AppError ? unchanged(error) : error;
    }
    const renewed = await this.#photos.find(photo.id);
    return renewed && renewed.deletedAt === null ? renewed : notFound();
  }

  /**
   * A photo that is there already, out of the trash, and queued again when it failed, or waits for an analysis that does not
   * answer what is asked now; with what it is to be analysed for. Null when it was deleted for good meanwhile.
   */
  async #asAsked(photo: Photo, asked: AnalysisRequest): Promise<Omit<TakenPhoto, 'existing'> | null> {
    if (photo.deletedAt !== null && !(await this.#trash.restore(photo.id))) {
      const current = await this.#photos.find(photo.id);
      // Somebody else may have restored it.
      return current && this.#asAsked(current, asked);
    }
    const all = {
      tasks: TASKS.filter((task) => [...photo.request.tasks, ...asked.tasks].includes(task)),
      minScore: asked.minScore,
    };
    if (photo.status === 'analysed' || (photo.status === 'queued' && isSame(photo.request, all)))
      return { photo: { ...photo, deletedAt: null }, asked: all };
    await this.#photos.requeue(photo.id, all);
    const queued = await this.#photos.find(photo.id);
    return queued && { photo: queued, asked: all };
  }
}

function isSame(one: AnalysisRequest, other: AnalysisRequest): boolean {
  return one.minScore === other.minScore && one.tasks.toSorted().join() === other.tasks.toSorted().join();
}

/** Why a photo was not analysed once more, for its member. */
function unchanged(why: AppError): AppError {
  return new AppError(why.code, `${why.message} What was found in the photo before is kept.`, {
    cause: why,
    ...(why.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: why.retryAfterSeconds }),
  });
}

function notFound(): never {
  throw new AppError(
    'not_found',
    'There is no such photo. It may have been deleted, or it belongs to somebody else.',
  );
}
