import { MemberRepository } from '../../src/accounts/member-repository.ts';
import type { Database } from '../../src/database/database.ts';
import type { Photo } from '../../src/photos/photo.ts';
import { PhotoRepository } from '../../src/photos/photo-repository.ts';
import { sampleFindings, samplePhoto, UNBOUNDED } from '../photos/sample-photo.ts';

/** A photo with what was found in it. */
export interface PhotoRecord {
  day?: number;
  found: readonly (readonly [label: string, score: number])[];
  words?: string | undefined;
  model?: string;
  changes?: Partial<Photo>;
}

/** Keeps analysed photos as the program does. Days are those of January 2026. */
export class DetectionRecords {
  readonly #database: Database;
  readonly #photos: PhotoRepository;

  constructor(database: Database) {
    this.#database = database;
    this.#photos = new PhotoRepository(database);
  }

  async member(email: string): Promise<string> {
    const members = new MemberRepository(this.#database);
    return (await members.create({ name: 'Ada Example', email, passwordHash: 'x' })).id;
  }

  async keep(memberId: string, { day = 1, found, words, model = '2', changes }: PhotoRecord): Promise<Photo> {
    const photo = samplePhoto(memberId, { createdAt: new Date(Date.UTC(2026, 0, day, 12)), ...changes });
    const [line] = sampleFindings().lines;
    await this.#photos.insert(photo, UNBOUNDED);
    await this.#photos.saveFindings(
      photo.id,
      photo.request,
      sampleFindings({
        detections: found.map(([label, score], i) => ({
          label,
          score,
          box: { x: i, y: 2, width: 30, height: 40.5 },
        })),
        lines: line && words !== undefined ? [{ ...line, text: words }] : [],
        models: { object_detector: model },
      }),
    );
    return photo;
  }
}
