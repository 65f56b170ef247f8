import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** The parts of a stored photo that lie beside its original. */
export type DerivedFile = 'thumbnail' | 'preview' | `annotated-${number}`;

/**
 * Keeps the files of photos: one folder per photo under its random id, holding the original under its content
 * hash and what is derived from it. Nothing is ever stored under the name that a file came with.
 *
 * A photo's folder is filled under `incoming/`, synced, and moved into place in one step, so that a crash leaves
 * either a whole photo or something under `incoming/`, which is emptied at start.
 */
export class PhotoFiles {
  /** Where uploads are written while they arrive; on the same file system as the photos. */
  readonly incoming: string;
  /** Where the folders of photos are. */
  readonly photos: string;

  constructor(uploadsDir: string) {
    this.incoming = path.join(uploadsDir, 'incoming');
    this.photos = path.join(uploadsDir, 'photos');
  }

  /** Creates the folders and removes what an earlier run left half-way. Call before the first upload. */
  async prepare(): Promise<void> {
    await rm(this.incoming, { recursive: true, force: true });
    await mkdir(this.incoming, { recursive: true });
    await mkdir(this.photos, { recursive: true });
  }

  /**
   * Takes a new photo in.
   * @param upload Path of the arrived file under `incoming`; it is moved.
   */
  async store(id: string, sha256: string, upload: string, thumbnail: Buffer): Promise<void> {
    const draft = path.join(this.incoming, id);
    const folder = this.#folder(id);
    try {
      await mkdir(draft);
      await rename(upload, path.join(draft, sha256));
      await sync(path.join(draft, sha256));
      await writeSynced(path.join(draft, fileName('thumbnail')), thumbnail);
      await mkdir(path.dirname(folder), { recursive: true });
      await rename(draft, folder);
      await sync(path.dirname(folder));
    } catch (error) {
      for (const place of [draft, folder]) await rm(place, { recursive: true, force: true });
      throw error;
    }
  }

  /** The bytes of an arrived file. */
  readUpload(upload: string): Promise<Buffer> {
    return readFile(upload);
  }

  originalPath(id: string, sha256: string): string {
    return path.join(this.#folder(id), sha256);
  }

  readOriginal(id: string, sha256: string): Promise<Buffer> {
    return readFile(this.originalPath(id, sha256));
  }

  /** Path of a derived file, or `null` when it has to be made (again). */
  async derivedPath(id: string, file: DerivedFile): Promise<string | null> {
    const location = path.join(this.#folder(id), fileName(file));
    return (await exists(location)) ? location : null;
  }

  /** Adds or replaces a derived file and returns its path. */
  async writeDerived(id: string, file: DerivedFile, content: Buffer): Promise<string> {
    const draft = path.join(this.incoming, randomUUID());
    const location = path.join(this.#folder(id), fileName(file));
    try {
      await writeSynced(draft, content);
      await rename(draft, location);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    return location;
  }

  /** Removes the annotated pictures of earlier analyses. */
  async removeAnnotated(id: string): Promise<void> {
    const names = await readdir(this.#folder(id)).catch(() => []);
    const annotated = names.filter((name) => name.startsWith('annotated-'));
    await Promise.all(annotated.map((name) => rm(path.join(this.#folder(id), name), { force: true })));
  }

  /** Removes every file of a photo; does nothing when there is none. */
  async remove(id: string): Promise<void> {
    await rm(this.#folder(id), { recursive: true, force: true });
  }

  /** Removes an upload that did not become a photo. */
  async discard(upload: string): Promise<void> {
    await rm(upload, { force: true });
  }

  /** How many photos have a folder. */
  async count(): Promise<number> {
    let count = 0;
    for (const shelf of await readdir(this.photos))
      count += (await readdir(path.join(this.photos, shelf))).length;
    return count;
  }

  /**
   * Removes the folders of photos that nobody knows.
   * @param since What has not changed since then is left.
   * @param known Says which of up to 500 ids belong to a photo.
   * @returns How many were removed, and how many that nobody knows were left.
   */
  async sweep(
    since: Date,
    known: (ids: readonly string[]) => Promise<ReadonlySet<string>>,
  ): Promise<{ removed: number; left: number }> {
    let removed = 0;
    let left = 0;
    for (const shelf of await readdir(this.photos)) {
      const ids = await readdir(path.join(this.photos, shelf));
      for (let start = 0; start < ids.length; start += 500) {
        const some = ids.slice(start, start + 500);
        const kept = await known(some);
        for (const id of some) {
          if (kept.has(id)) continue;
          const folder = path.join(this.photos, shelf, id);
          if ((await stat(folder)).mtime < since) left++;
          else {
            await rm(folder, { recursive: true, force: true });
            removed++;
          }
        }
      }
    }
    return { removed, left };
  }

  #folder(id: string): string {
    return path.join(this.photos, id.slice(0, 2), id);
  }
}

function fileName(file: DerivedFile): string {
  return file === 'thumbnail' || file === 'preview' ? `${file}.webp` : `${file}.jpg`;
}

async function exists(location: string): Promise<boolean> {
  return stat(location).then(
    () => true,
    () => false,
  );
}

async function writeSynced(location: string, content: Buffer): Promise<void> {
  const file = await open(location, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes sure that a file or folder survives a power failure. */
async function sync(location: string): Promise<void> {
  const file = await open(location, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
