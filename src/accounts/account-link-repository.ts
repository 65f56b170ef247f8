import type { Database } from '../database/database.ts';
import { inTransaction } from '../database/transaction.ts';
import type { AccountLink, LinkPurpose } from './account-link.ts';

interface LinkRow {
  id: string;
  purpose: LinkPurpose;
  member_id: string | null;
  email: string;
  name: string | null;
  password_hash: string | null;
  token_hash: string;
  created_at: Date | number;
  expires_at: Date | number;
}

/** The links that were sent by mail, by the SHA-256 of what opens each (hexadecimal, lower case). */
export class AccountLinkRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Adds a link in place of any older one of the same purpose for the same account or, without one, address. */
  async insert(link: AccountLink, tokenHash: string): Promise<void> {
    await inTransaction(this.#database, async (transaction) => {
      const older = transaction<LinkRow>('account_links').where({ purpose: link.purpose });
      if (link.memberId === null) older.where({ email: link.email });
      else older.where({ member_id: link.memberId });
      await older.delete();
      await transaction<LinkRow>('account_links').where('expires_at', '<', link.createdAt).delete();
      await transaction<LinkRow>('account_links').insert({
        id: link.id,
        purpose: link.purpose,
        member_id: link.memberId,
        email: link.email,
        name: link.registration?.name ?? null,
        password_hash: link.registration?.passwordHash ?? null,
        token_hash: tokenHash,
        created_at: link.createdAt,
        expires_at: link.expiresAt,
      });
    });
  }

  async findByHash(purpose: LinkPurpose, tokenHash: string): Promise<AccountLink | null> {
    const row = await this.#database<LinkRow>('account_links')
      .where({ purpose, token_hash: tokenHash })
      .first();
    return row === undefined ? null : toLink(row);
  }

  /** Removes a link; `false` when it is gone already, so that of several who use it at once one does. */
  async delete(id: string): Promise<boolean> {
    return (await this.#database<LinkRow>('account_links').where({ id }).delete()) > 0;
  }

  /** As `delete`, for a link of this purpose only; returns the link, or null when there is none. */
  async deleteByPurpose(id: string, purpose: LinkPurpose): Promise<AccountLink | null> {
    const row = await this.#database<LinkRow>('account_links').where({ id, purpose }).first();
    return row && (await this.delete(id)) ? toLink(row) : null;
  }

  async deleteOf(memberId: string, purpose: LinkPurpose): Promise<void> {
    await this.#database<LinkRow>('account_links').where({ member_id: memberId, purpose }).delete();
  }

  async countOf(memberId: string): Promise<number> {
    const row = await this.#database<LinkRow>('account_links')
      .where({ member_id: memberId })
      .count({ count: '*' })
      .first();
    return Number(row?.count ?? 0);
  }

  /** Links of one purpose that are still good at a time, the newest first. */
  async list(purpose: LinkPurpose, at: Date): Promise<AccountLink[]> {
    const rows = await this.#database<LinkRow>('account_links')
      .where({ purpose })
      .where('expires_at', '>', at)
      .orderBy([{ column: 'created_at', order: 'desc' }, 'id']);
    return rows.map(toLink);
  }
}

function toLink(row: LinkRow): AccountLink {
  return {
    id: row.id,
    purpose: row.purpose,
    memberId: row.member_id,
    email: row.email,
    registration:
      row.name === null || row.password_hash === null
        ? null
        : { name: row.name, passwordHash: row.password_hash },
    createdAt: new Date(row.created_at),
    expiresAt: new Date(row.expires_at),
  };
}
