import { AppError } from '../errors.ts';
import type { Findings, Photo } from './photo.ts';
import type { DerivedFile, PhotoFiles } from './photo-files.ts';
import type { Viewer } from './photo-service.ts';

/** A picture file ready to be sent. */
export interface PictureFile {
  path: string;
  mediaType: string;
  /** What to call it when it is saved. */
  filename: string;
}

/** What makes pictures out of photos; each call may consume the bytes. */
export interface PictureMaker {
  /** WebP, upright. */
  thumbnail(photo: Uint8Array): Promise<Buffer>;
  /** WebP, upright, still, large enough to look at. */
  preview(photo: Uint8Array): Promise<Buffer>;
  /** JPEG, upright, with what was found drawn into it. */
  annotate(photo: Uint8Array, findings: Pick<Findings, 'detections' | 'lines'>): Promise<Buffer>;
}

/** Gives photos to those who may see them; throws AppError `not_found` for all others. */
interface PhotoFinder {
  get(viewer: Viewer, id: string): Promise<Photo>;
}

export interface PhotoPicturesOptions {
  photos: PhotoFinder;
  files: PhotoFiles;
  maker: PictureMaker;
}

/** The image files of stored photos, for those who may see them. What is derived is made once, and again when it is lost. */
export class PhotoPictures {
  readonly #photos: PhotoFinder;
  readonly #files: PhotoFiles;
  readonly #maker: PictureMaker;
  /** What is being made just now, by photo and file: those who ask meanwhile wait for the same. */
  readonly #inMaking = new Map<string, Promise<string>>();

  constructor({ photos, files, maker }: PhotoPicturesOptions) {
    this.#photos = photos;
    this.#files = files;
    this.#maker = maker;
  }

  /** The file exactly as it was uploaded. */
  async original(viewer: Viewer, id: string): Promise<PictureFile> {
    const { sha256, mediaType, filename } = await this.#photos.get(viewer, id);
    return {
      path: this.#files.originalPath(id, sha256),
      mediaType,
      filename: withEnding(filename, mediaType),
    };
  }

  thumbnail(viewer: Viewer, id: string): Promise<PictureFile> {
    return this.#webp(viewer, id, 'thumbnail');
  }

  /** For pages, in place of an original that browsers do not show as a still picture. */
  preview(viewer: Viewer, id: string): Promise<PictureFile> {
    return this.#webp(viewer, id, 'preview');
  }

  /**
   * The photo with what was found drawn into it.
   * @throws {AppError} `conflict` while there is nothing to draw because it is not analysed.
   */
  async annotated(viewer: Viewer, id: string): Promise<PictureFile> {
    const photo = await this.#photos.get(viewer, id);
    const { findings } = photo;
    if (!findings) {
      throw new AppError('conflict', 'This photo is not analysed yet, so nothing can be drawn into it.');
    }
    const path = await this.#derived(photo, `annotated-${findings.analysedAt.getTime()}`, (bytes) =>
      this.#maker.annotate(bytes, findings),
    );
    return { path, mediaType: 'image/jpeg', filename: renamed(photo, 'annotated.jpg') };
  }

  async #webp(viewer: Viewer, id: string, kind: 'thumbnail' | 'preview'): Promise<PictureFile> {
    const photo = await this.#photos.get(viewer, id);
    const path = await this.#derived(photo, kind, (bytes) => this.#maker[kind](bytes));
    return { path, mediaType: 'image/webp', filename: renamed(photo, `${kind}.webp`) };
  }

  async #derived(
    photo: Photo,
    file: DerivedFile,
    make: (bytes: Uint8Array) => Promise<Buffer>,
  ): Promise<string> {
    const present = await this.#files.derivedPath(photo.id, file);
    if (present) return present;
    const key = `${photo.id}/${file}`;
    const begun = this.#inMaking.get(key);
    if (begun) return begun;
    const making = this.#make(photo, file, make).finally(() => this.#inMaking.delete(key));
    this.#inMaking.set(key, making);
    return making;
  }

  async #make(
    photo: Photo,
    file: DerivedFile,
    make: (bytes: Uint8Array) => Promise<Buffer>,
  ): Promise<string> {
    const content = await make(await this.#files.readOriginal(photo.id, photo.sha256));
    return this.#files.writeDerived(photo.id, file, content);
  }
}

/** `bus.png` and `annotated.jpg` make `bus.annotated.jpg`. */
function renamed(photo: Photo, ending: string): string {
  return `${photo.filename.replace(/\.\w{1,8}$/, '')}.${ending}`;
}

/** A name that ends as files of this media type do; it came with the upload, and may end as anything. */
export function withEnding(filename: string, mediaType: string): string {
  const kind = mediaType.replace('image/', '');
  const ending = /\.(\w{1,8})$/.exec(filename)?.[1]?.toLowerCase();
  const endings = kind === 'jpeg' ? ['jpg', 'jpeg', 'jfif'] : kind === 'tiff' ? ['tif', 'tiff'] : [kind];
  return ending !== undefined && endings.includes(ending) ? filename : `${filename}.${endings[0]}`;
}
