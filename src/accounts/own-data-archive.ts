import { open } from 'node:fs/promises';
import { PassThrough, Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { Member } from './member.ts';
import type { SessionService } from './session-service.ts';
import type { TokenService } from './token-service.ts';

/** A photo as it goes into the archive. */
export interface ArchivedPhoto {
  /** Name in the archive, unlike that of any other photo. */
  name: string;
  createdAt: Date;
  /** As the API gives it. */
  json(): Promise<object>;
  /** Path of the file exactly as it was uploaded. */
  original: string;
}

/** What the archive asks of the photos. */
export interface PhotoArchive {
  /** All photos of a member, the oldest first, read page by page. */
  archived(memberId: string): AsyncIterable<ArchivedPhoto>;
}

/**
 * All that a member has here, as a ZIP archive: `account.json`, and for each photo the original file and, as JSON, what
 * was found. Neither passwords nor tokens are in it.
 */
export class OwnDataArchive {
  readonly #photos: PhotoArchive;
  readonly #sessions: SessionService;
  readonly #tokens: TokenService;

  constructor(dependencies: { photos: PhotoArchive; sessions: SessionService; tokens: TokenService }) {
    this.#photos = dependencies.photos;
    this.#sessions = dependencies.sessions;
    this.#tokens = dependencies.tokens;
  }

  /** The archive as it is made; it never is in memory as a whole. A photo that is deleted meanwhile leaves empty files. */
  open(member: Member): Readable {
    const zip = new ZipFile();
    const output = new PassThrough();
    const fail = (error: Error) => void output.destroy(error);
    zip.on('error', fail);
    zip.outputStream.on('error', fail).pipe(output);
    this.#fill(zip, member).then(() => zip.end(), fail);
    return output;
  }

  async #fill(zip: ZipFile, member: Member): Promise<void> {
    const { id, name, email, role, createdAt } = member;
    const [sessions, tokens] = await Promise.all([this.#sessions.list(id, ''), this.#tokens.list(id)]);
    const account = {
      id,
      name,
      email,
      role,
      createdAt,
      sessions: sessions.map(({ device, address, startedAt, lastSeenAt }) => ({
        device,
        address,
        startedAt,
        lastSeenAt,
      })),
      tokens,
    };
    zip.addBuffer(Buffer.from(json(account)), 'account.json');
    for await (const photo of this.#photos.archived(id)) {
      const options = { mtime: photo.createdAt };
      // Read only when its turn comes, so that an archive of any size takes little memory.
      zip.addReadStreamLazy(`photos/${photo.name}.json`, options, (give) => {
        photo.json().then(
          (value) => give(null, Readable.from([json(value)])),
          // Deleted since the archive was begun.
          () => give(null, Readable.from([json(null)])),
        );
      });
      // Pictures are compressed already.
      zip.addReadStreamLazy(`photos/${photo.name}`, { ...options, compress: false }, (give) => {
        // Opened here, so that it can be read to its end even if it is deleted meanwhile.
        open(photo.original).then(
          (file) => give(null, file.createReadStream()),
          () => give(null, Readable.from([])),
        );
      });
    }
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
