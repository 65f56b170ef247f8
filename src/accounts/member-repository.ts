import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { Database, DatabaseOrTransaction } from '../database/database.ts';
import { isUniqueViolation } from '../database/database-errors.ts';
import { inTransaction } from '../database/transaction.ts';
import { AppError } from '../errors.ts';
import type { Member, Quota, Role } from './member.ts';
import { type MemberRow, toMember } from './member-row.ts';

/** An account that is about to be: its role is the repository's to decide. */
export interface NewMember {
  name: string;
  /** In lower case. */
  email: string;
  passwordHash: string;
}

/** The accounts. */
export class MemberRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Whether nobody has registered yet. */
  async isEmpty(): Promise<boolean> {
    return (await this.#database('members').select('id').first()) === undefined;
  }

  /**
   * Adds an account; the first one becomes admin.
   * @throws {AppError} `conflict` when the e-mail address has an account already.
   */
  async create(member: NewMember): Promise<Member> {
    const first = await this.isEmpty();
    try {
      return await inTransaction(this.#database, (transaction) => insert(transaction, member, first));
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      // Somebody was quicker, so this is not the first one any more.
      if (first) return this.create(member);
      throw addressTaken(error);
    }
  }

  async findById(id: string): Promise<Member | null> {
    const row = await this.#database<MemberRow>('members').where({ id }).first();
    return row === undefined ? null : toMember(row);
  }

  async setName(id: string, name: string): Promise<void> {
    await this.#database<MemberRow>('members').where({ id }).update({ name });
  }

  /** @throws {AppError} `conflict` when the e-mail address has an account already. */
  async setEmail(id: string, email: string): Promise<void> {
    try {
      await this.#database<MemberRow>('members').where({ id }).update({ email });
    } catch (error) {
      throw isUniqueViolation(error) ? addressTaken(error) : error;
    }
  }

  async setPasswordHash(id: string, passwordHash: string): Promise<void> {
    await this.#database<MemberRow>('members').where({ id }).update({ password_hash: passwordHash });
  }

  /**
   * Removes an account without photos; what refers to it goes with it, see the foreign keys of the migrations.
   * @returns `false` when it has photos, which leave files and are counted: they must be removed one by one first.
   * @throws {AppError} `conflict` when other accounts would be left without an admin.
   */
  async delete(id: string): Promise<boolean> {
    return inTransaction(this.#database, async (transaction) => {
      await demandRemovable(transaction, id);
      // Whoever adds a photo waits for this row, and then finds it gone.
      await transaction<MemberRow>('members').where({ id }).forUpdate().first('id');
      // Read with a lock too: otherwise MySQL would look at the photos of when the transaction began.
      if (await transaction('photos').where({ member_id: id }).forUpdate().first('id')) return false;
      await transaction<MemberRow>('members').where({ id }).delete();
      return true;
    });
  }

  /** @throws {AppError} As `delete`, which it comes before. */
  async demandRemovable(id: string): Promise<void> {
    await inTransaction(this.#database, (transaction) => demandRemovable(transaction, id));
  }

  /** @throws {AppError} `conflict` when no admin would be left. */
  async setRole(id: string, role: Role): Promise<void> {
    await inTransaction(this.#database, async (transaction) => {
      if (role !== 'admin') await keepAnAdmin(transaction, id);
      await transaction<MemberRow>('members').where({ id }).update({ role });
    });
  }

  /**
   * Suspends an account, or reinstates it with null.
   * @throws {AppError} `conflict` when no admin would be left.
   */
  async setSuspended(id: string, at: Date | null): Promise<void> {
    await inTransaction(this.#database, async (transaction) => {
      if (at !== null) await keepAnAdmin(transaction, id);
      await transaction<MemberRow>('members').where({ id }).update({ suspended_at: at });
    });
  }

  async setQuota(id: string, { photos, bytes }: Quota): Promise<void> {
    await this.#database<MemberRow>('members')
      .where({ id })
      .update({ quota_photos: photos, quota_bytes: bytes });
  }

  /** The accounts with a role that are not suspended, the oldest first. */
  async listByRole(role: Role): Promise<Member[]> {
    const rows = await this.#database<MemberRow>('members')
      .where({ role })
      .whereNull('suspended_at')
      .orderBy('created_at');
    return rows.map(toMember);
  }

  /** The account of an address in lower case, with the hash to check a password against. */
  async findCredentials(email: string): Promise<{ member: Member; passwordHash: string } | null> {
    const row = await this.#database<MemberRow>('members').where({ email }).first();
    return row === undefined ? null : { member: toMember(row), passwordHash: row.password_hash };
  }
}

async function insert(database: DatabaseOrTransaction, member: NewMember, first: boolean): Promise<Member> {
  const row: MemberRow = {
    id: randomUUID(),
    name: member.name,
    email: member.email,
    password_hash: member.passwordHash,
    role: first ? 'admin' : 'member',
    created_at: new Date(),
    suspended_at: null,
    quota_photos: null,
    quota_bytes: null,
  };
  await database('members').insert(row);
  // There is room for one: whoever comes second learns it here.
  if (first) await database('first_account').insert({ slot: 1, member_id: row.id });
  return toMember(row);
}

/** An only account may go, and leaves an empty site. */
async function demandRemovable(transaction: Knex.Transaction, id: string): Promise<void> {
  const others = await transaction<MemberRow>('members').whereNot({ id }).first('id');
  if (others) await keepAnAdmin(transaction, id);
}

/** Refuses what would take the last admin away; of two who leave at once, one has to wait for the other. */
async function keepAnAdmin(transaction: Knex.Transaction, leaving: string): Promise<void> {
  const admins = await transaction<MemberRow>('members')
    .where({ role: 'admin' })
    .whereNull('suspended_at')
    .forUpdate()
    .select('id');
  if (admins.length !== 1 || admins[0]?.id !== leaving) return;
  throw new AppError('conflict', 'This is the only admin. Make somebody else an admin first.');
}

function addressTaken(cause: unknown): AppError {
  const message = 'There is an account with this e-mail address already.';
  return new AppError('conflict', message, { cause, fields: [{ path: 'email', message }] });
}
