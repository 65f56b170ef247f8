import path from 'node:path';

const PICTURE = /\.(jpe?g|jfif|png|webp|gif|avif|tiff?|bmp)$/i;

/** Finds the files of pictures in an archive by the names that annotations give them. */
export class PicturePaths {
  /** By their composed form (NFC): programs write one name in either. */
  readonly #paths: ReadonlyMap<string, string>;
  /** By the last part of the path. */
  readonly #byName = new Map<string, string[]>();
  /** What was found already: files of annotations name the same pictures. */
  readonly #found = new Map<string, string | null>();
  /** Pictures in the archive. */
  readonly count: number;

  constructor(names: readonly string[]) {
    this.#paths = new Map(names.map((name) => [name.normalize('NFC'), name]));
    for (const place of this.#paths.keys()) {
      const last = path.posix.basename(place);
      const others = this.#byName.get(last);
      if (others) others.push(place);
      else this.#byName.set(last, [place]);
    }
    this.count = names.filter((name) => PICTURE.test(name) && !name.startsWith('__MACOSX/')).length;
  }

  /**
   * @param folder where the annotations stand; data sets have the pictures there, in `images` there or at the top, or in any
   *   other folder, if only one has a picture of that name
   * @returns null when there is none, or when several could be meant.
   */
  find(folder: string, given: string): string | null {
    const asked = JSON.stringify([folder, given]);
    const known = this.#found.get(asked);
    if (known !== undefined) return known;
    const found = this.#find(folder, given);
    this.#found.set(asked, found);
    return found;
  }

  #find(folder: string, given: string): string | null {
    const name = given
      .normalize('NFC')
      .replaceAll('\\', '/')
      .replace(/^(\.?\/)+/, '');
    const home = folder.normalize('NFC');
    const likely = [
      path.posix.join(home, name),
      path.posix.join(home, 'images', name),
      path.posix.join('images', name),
      name,
    ].find((place) => this.#paths.has(place));
    const found = likely ?? this.#elsewhere(name);
    return found === null ? null : (this.#paths.get(found) ?? null);
  }

  /** In which of the folders: where the end of the path is the same, or, if none has that, where the name is. */
  #elsewhere(name: string): string | null {
    const sameName = this.#byName.get(path.posix.basename(name)) ?? [];
    const samePath = sameName.filter((place) => place.endsWith(`/${name.replace(/^(\.\.\/)+/, '')}`));
    const [only, ...others] = samePath.length > 0 ? samePath : sameName;
    return only === undefined || others.length > 0 ? null : only;
  }
}
