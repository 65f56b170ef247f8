import type { Knex } from 'knex';
import { encodeCursor } from '../database/cursor.ts';
import type { Database } from '../database/database.ts';
import { containsText } from '../database/dialect.ts';
import { foldText } from '../photos/folded-text.ts';
import type { Feedback, FeedbackFilter } from './feedback.ts';
import { type FeedbackRow, toFeedback } from './feedback-row.ts';

/** A message as admins see it. */
export interface InboxEntry extends Omit<Feedback, 'photoId'> {
  author: { id: string; name: string; email: string };
  /** Null also while the photo lies in the trash. */
  photo: { id: string; filename: string } | null;
  /** E-mail address of the admin who answered; null where nobody did, or that account is gone. */
  answeredBy: string | null;
}

/** Which page of a list: the newest come first. */
export interface InboxPageRequest {
  limit: number;
  /** Id of the message that the page comes after, or before where it is read `backward`; null for the first page. */
  place: number | null;
  backward: boolean;
}

export interface InboxPageOfEntries {
  entries: InboxEntry[];
  /** Where the pages of newer and of older messages begin; null at the ends. */
  newer: string | null;
  older: string | null;
}

interface InboxRow extends FeedbackRow {
  author_name: string;
  author_email: string;
  kept_photo_id: string | null;
  photo_filename: string | null;
  admin_email: string | null;
}

/** The messages of everybody with their authors and photos: joined for admins to look at, never written. */
export class InboxReadModel {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async page(
    filter: FeedbackFilter,
    { limit, place, backward }: InboxPageRequest,
  ): Promise<InboxPageOfEntries> {
    const order = backward ? 'asc' : 'desc';
    const found = this.#filtered(filter)
      .orderBy('feedback.id', order)
      .limit(limit + 1);
    if (place !== null) found.where('feedback.id', backward ? '>' : '<', place);
    const rows: InboxRow[] = await this.#joined(found).orderBy('found.id', order);
    const more = rows.length > limit;
    const shown = rows.slice(0, limit);
    if (backward) shown.reverse();
    const cursor = (row: InboxRow | undefined) => row && encodeCursor([Number(row.id)]);
    return {
      entries: shown.map(toEntry),
      newer: ((backward ? more : place !== null) && cursor(shown[0])) || null,
      older: ((backward || more) && cursor(shown.at(-1))) || null,
    };
  }

  async find(id: number): Promise<InboxEntry | null> {
    const row: InboxRow | undefined = await this.#joined(this.#filtered({}).where('feedback.id', id)).first();
    return row === undefined ? null : toEntry(row);
  }

  /** How many messages a filter finds, and their mean rating; that is null where there are none. */
  async summary(filter: FeedbackFilter): Promise<{ count: number; meanRating: number | null }> {
    const row = await this.#filtered(filter)
      .count({ count: '*' })
      .avg({ mean: 'feedback.rating' })
      .first<{ count: number; mean: number | string | null }>();
    return { count: Number(row.count), meanRating: row.mean === null ? null : Number(row.mean) };
  }

  /** How many messages nobody has opened yet. */
  async countNew(): Promise<number> {
    const row = await this.#database('feedback').where({ state: 'new' }).count({ count: '*' }).first();
    return Number(row?.count ?? 0);
  }

  /** What was found, with who wrote it: joined afterwards, for MariaDB may begin with the members and sort all they wrote. */
  #joined(found: Knex.QueryBuilder): Knex.QueryBuilder {
    const messages = found.select('feedback.*', {
      kept_photo_id: 'photo.id',
      photo_filename: 'photo.filename',
    });
    return this.#database(messages.as('found'))
      .join('members as author', 'author.id', 'found.member_id')
      .leftJoin('members as admin', 'admin.id', 'found.answered_by')
      .select('found.*', {
        author_name: 'author.name',
        author_email: 'author.email',
        admin_email: 'admin.email',
      });
  }

  #filtered({ state, rating, text, from, before, withPhoto }: FeedbackFilter): Knex.QueryBuilder {
    const query = this.#database('feedback').leftJoin('photos as photo', (join) => {
      join.on('photo.id', 'feedback.photo_id').andOnNull('photo.deleted_at');
    });
    if (state) query.where('feedback.state', state);
    if (rating) query.where('feedback.rating', rating);
    if (text) containsText(query, 'feedback.folded_message', foldText(text));
    if (from) query.where('feedback.created_at', '>=', from);
    if (before) query.where('feedback.created_at', '<', before);
    if (withPhoto) query.whereNotNull('photo.id');
    return query;
  }
}

function toEntry(row: InboxRow): InboxEntry {
  const { photoId, ...feedback } = toFeedback(row);
  const { kept_photo_id: id, photo_filename: filename } = row;
  return {
    ...feedback,
    author: { id: row.member_id, name: row.author_name, email: row.author_email },
    photo: id === null || filename === null ? null : { id, filename },
    answeredBy: row.admin_email,
  };
}
