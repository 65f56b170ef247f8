import type { Knex } from 'knex';
import { z } from 'zod';
import type { Role } from '../accounts/member.ts';
import { decodeCursor, encodeCursor } from '../database/cursor.ts';
import type { Database } from '../database/database.ts';
import { containsText } from '../database/dialect.ts';
import { AppError } from '../errors.ts';

/** What a list of accounts can be sorted by; each says which end comes first. */
export const DIRECTORY_SORTS = {
  name: { column: 'name', direction: 'asc', label: 'Name' },
  email: { column: 'email', direction: 'asc', label: 'E-mail' },
  newest: { column: 'created', direction: 'desc', label: 'Newest account' },
  seen: { column: 'seen', direction: 'desc', label: 'Last seen' },
  photos: { column: 'photos', direction: 'desc', label: 'Most photos' },
  storage: { column: 'bytes', direction: 'desc', label: 'Most storage' },
} as const;

export type DirectorySort = keyof typeof DIRECTORY_SORTS;

/** What accounts are looked for by; everything that is set must hold. */
export interface DirectoryFilter {
  /** Part of the name or the e-mail address. */
  query?: string | undefined;
  role?: Role | undefined;
  suspended?: boolean | undefined;
}

/** An account as admins see it, with what it keeps. */
export interface DirectoryEntry {
  id: string;
  name: string;
  email: string;
  role: Role;
  createdAt: Date;
  suspendedAt: Date | null;
  /** To within some minutes; null for one without a session. */
  lastSeenAt: Date | null;
  photos: number;
  /** Of the originals. */
  bytes: number;
  hasSecondFactor: boolean;
}

interface DirectoryRow {
  id: string;
  name: string;
  email: string;
  role: Role;
  created: Date | number | string;
  suspended_at: Date | number | null;
  seen: Date | number | string;
  photos: number | string;
  bytes: number | string;
  second_factor: string | null;
}

type Column = (typeof DIRECTORY_SORTS)[DirectorySort]['column'];

/** Of an account, what is counted in other tables. */
const COUNTED = ['photos', 'bytes', 'seen'] as const satisfies readonly Column[];

type Counted = (typeof COUNTED)[number];

/** Columns of an account in its own table, by how they are named here. */
const ACCOUNT = {
  id: 'id',
  name: 'name',
  email: 'email',
  role: 'role',
  suspended_at: 'suspended_at',
  created: 'created_at',
};

/** What orders the accounts, and the id. */
const placeSchema = z.tuple([z.union([z.string(), z.number()]), z.string()]);

/** The accounts with what each keeps: joined for admins to look at, never written. */
export class MemberDirectory {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * One page of accounts.
   * @param cursor Where the page before ended, as it gave it.
   * @throws {AppError} `invalid_input` for a cursor that no page gave.
   */
  async list(
    filter: DirectoryFilter,
    sort: DirectorySort,
    cursor: string | null,
    limit: number,
  ): Promise<{ entries: DirectoryEntry[]; nextCursor: string | null }> {
    const { column, direction } = DIRECTORY_SORTS[sort];
    const order = [
      { column, order: direction },
      { column: 'id', order: direction },
    ];
    const accounts = this.#accounts(filter, column)
      .orderBy(order)
      .limit(limit + 1);
    if (cursor !== null) {
      const [value, id] = decodeCursor(cursor, placeSchema);
      const beyond = direction === 'asc' ? '>' : '<';
      const at = column === 'created' || column === 'seen' ? new Date(value) : value;
      accounts.where((range) =>
        range.where(column, beyond, at).orWhere((tie) => tie.where(column, at).where('id', beyond, id)),
      );
    }
    const rows: DirectoryRow[] = await this.#entries(accounts, column).orderBy(order);
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      entries: shown.map(toEntry),
      nextCursor: rows.length > limit && last ? encodeCursor(placeOf(last, column)) : null,
    };
  }

  /** @throws {AppError} `not_found` */
  async get(id: string): Promise<DirectoryEntry> {
    const account = this.#database('members').where({ id }).select(ACCOUNT);
    const row: DirectoryRow | undefined = await this.#entries(account).first();
    if (row) return toEntry(row);
    throw new AppError('not_found', 'There is no such account; it may have been deleted.');
  }

  async count(filter: DirectoryFilter): Promise<number> {
    const row = await this.#members(filter).count({ count: '*' }).first();
    return Number(row?.count ?? 0);
  }

  /** Accounts with what each keeps, which is counted for these alone; `sorted` is counted already. */
  #entries(accounts: Knex.QueryBuilder, sorted?: Column): Knex.QueryBuilder {
    const entries = this.#database(accounts.as('accounts')).select('accounts.*', {
      second_factor: this.#database('second_factors')
        .where('member_id', this.#database.ref('accounts.id'))
        .whereNotNull('enabled_at')
        .select('member_id'),
    });
    for (const column of COUNTED) {
      if (column !== sorted) entries.select({ [column]: this.#counted(column, 'accounts') });
    }
    return entries;
  }

  /** Accounts as far as they are rows of their own; with what is counted only where they are sorted by it. */
  #accounts(filter: DirectoryFilter, sorted: Column): Knex.QueryBuilder {
    const members = this.#members(filter).select(ACCOUNT);
    const counted = COUNTED.find((column) => column === sorted);
    if (counted) members.select({ [counted]: this.#counted(counted, 'members') });
    return this.#database(members.as('members'));
  }

  /** What an account in a query around this one has; never null, so that every account has its place in every order. */
  #counted(column: Counted, account: string): Knex.QueryBuilder {
    const of = (table: string) =>
      this.#database(table).where(`${table}.member_id`, this.#database.ref(`${account}.id`));
    switch (column) {
      case 'photos':
        return of('photos').count('*');
      case 'bytes':
        return of('photos').select(this.#database.raw('coalesce(sum(bytes), 0)'));
      case 'seen':
        return of('sessions').select(this.#database.raw('coalesce(max(last_seen_at), ?)', [new Date(0)]));
    }
  }

  #members({ query: text, role, suspended }: DirectoryFilter): Knex.QueryBuilder {
    const query = this.#database('members');
    if (role) query.where({ role });
    if (suspended === true) query.whereNotNull('suspended_at');
    if (suspended === false) query.whereNull('suspended_at');
    if (text) {
      query.where((either) => {
        containsText(either, 'name', text);
        either.orWhere((other) => containsText(other, 'email', text.toLowerCase()));
      });
    }
    return query;
  }
}

function toEntry(row: DirectoryRow): DirectoryEntry {
  const seen = new Date(row.seen);
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    role: row.role,
    createdAt: new Date(row.created),
    suspendedAt: row.suspended_at === null ? null : new Date(row.suspended_at),
    lastSeenAt: seen.getTime() === 0 ? null : seen,
    photos: Number(row.photos),
    bytes: Number(row.bytes),
    hasSecondFactor: row.second_factor !== null,
  };
}

function placeOf(row: DirectoryRow, column: Column): [string | number, string] {
  const value = row[column];
  const plain = column === 'created' || column === 'seen' ? new Date(value).getTime() : value;
  return [plain as string | number, row.id];
}
