import { randomUUID } from 'node:crypto';
import type { Database, DatabaseOrTransaction } from '../database/database.ts';
import { isUniqueViolation } from '../database/database-errors.ts';
import { inTransaction } from '../database/transaction.ts';
import { AppError } from '../errors.ts';
import type { Member, Role } from './member.ts';
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
      const message = 'There is an account with this e-mail address already.';
      throw new AppError('conflict', message, { cause: error, fields: [{ path: 'email', message }] });
    }
  }

  async findById(id: string): Promise<Member | null> {
    const row = await this.#database<MemberRow>('members').where({ id }).first();
    return row === undefined ? null : toMember(row);
  }

  async setName(id: string, name: string): Promise<void> {
    await this.#database<MemberRow>('members').where({ id }).update({ name });
  }

  async setPasswordHash(id: string, passwordHash: string): Promise<void> {
    await this.#database<MemberRow>('members').where({ id }).update({ password_hash: passwordHash });
  }

  /** Removes an account; what refers to it goes with it, see the foreign keys of the migrations. */
  async delete(id: string): Promise<void> {
    await this.#database<MemberRow>('members').where({ id }).delete();
  }

  /** The accounts with a role, the oldest first. */
  async listByRole(role: Role): Promise<Member[]> {
    const rows = await this.#database<MemberRow>('members').where({ role }).orderBy('created_at');
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
  };
  await database('members').insert(row);
  // There is room for one: whoever comes second learns it here.
  if (first) await database('first_account').insert({ slot: 1, member_id: row.id });
  return toMember(row);
}
