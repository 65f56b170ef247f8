import { open } from 'node:fs/promises';
import { PassThrough, Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { Member } from './member.ts';
import type { SessionService } from './session-service.ts';
import type { TokenService } from './token-service.ts';

/** A photo as it goes into the archive. */
export interface ArchivedPhoto {
  /** Where it stands in the archive, unlike any other photo. */
  path: string;
  createdAt: Date;
  /** As the API gives it; null when it was deleted for good since. */
  json(): Promise<object | null>;
  /** Path of the file exactly as it was uploaded. */
  original: string;
}

/** What the archive asks of the saved searches. */
export interface KeptSearches {
  list(memberId: string): Promise<object[]>;
}

/** What the archive asks of the photos. */
export interface PhotoArchive {
  /** All photos of a member, read page by page: the oldest first, then those in the trash. */
  archived(memberId: string): AsyncIterable<ArchivedPhoto>;
}

/** What the archive asks of the feedback. */
export interface FeedbackArchive {
  /** All messages of a member, the oldest first. */
  listOf(memberId: string): Promise<readonly ArchivedFeedback[]>;
}

/** What a member has said, and was answered. */
export interface ArchivedFeedback {
  rating: number;
  message: string;
  photoId: string | null;
  createdAt: Date;
  answer: { text: string; at: Date } | null;
}

/**
 * All that a member has here, as a ZIP archive: `account.json`, and for each photo the original file and, as JSON, what
 * was found. Neither passwords nor tokens are in it.
 */
export class OwnDataArchive {
  readonly #photos: PhotoArchive;
  readonly #feedback: FeedbackArchive;
  readonly #sessions: SessionService;
  readonly #tokens: TokenService;
  readonly #searches: KeptSearches;

  constructor(dependencies: {
    photos: PhotoArchive;
    feedback: FeedbackArchive;
    sessions: SessionService;
    tokens: TokenService;
    searches: KeptSearches;
  }) {
    this.#searches = dependencies.searches;
    this.#photos = dependencies.photos;
    this.#feedback = dependencies.feedback;
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
    const [sessions, tokens, feedback, searches] = await Promise.all([
      this.#sessions.list(id, ''),
      this.#tokens.list(id),
      this.#feedback.listOf(id),
      this.#searches.list(id),
    ]);
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
      feedback: feedback.map(({ rating, message, photoId, createdAt, answer }) => ({
        rating,
        message,
        photoId,
        createdAt,
        answer,
      })),
      searches,
    };
    zip.addBuffer(Buffer.from(json(account)), 'account.json');
    for await (const photo of this.#photos.archived(id)) {
      const options = { mtime: photo.createdAt };
      // Read only when its turn comes, so that an archive of any size takes little memory.
      zip.addReadStreamLazy(`${photo.path}.json`, options, (give) => {
        photo.json().then(
          (value) => give(null, Readable.from([json(value)])),
          (error: unknown) => give(error, Readable.from([])),
        );
      });
      // Pictures are compressed already.
      zip.addReadStreamLazy(photo.path, { ...options, compress: false }, (give) => {
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
