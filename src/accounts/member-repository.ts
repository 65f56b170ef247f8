import { randomUUID } from 'node:crypto';
import type { Database, DatabaseOrTransaction } from '../database/database.ts';
import { isUniqueViolation } from '../database/database-errors.ts';
import { AppError } from '../errors.ts';
import type { Member, Role } from './member.ts';

/** An account that is about to be: its role is the repository's to decide. */
export interface NewMember {
  name: string;
  /** In lower case. */
  email: string;
  passwordHash: string;
}

interface MemberRow {
  id: string;
  name: string;
  email: string;
  password_hash: string;
  role: Role;
  created_at: Date | number;
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
    try {
      return (await this.isEmpty())
        ? await this.#createFirst(member)
        : await insert(this.#database, member, 'member');
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      const message = 'There is an account with this e-mail address already.';
      throw new AppError('conflict', message, { cause: error, fields: [{ path: 'email', message }] });
    }
  }

  async findById(id: string): Promise<Member | null> {
    const row = await this.#database<MemberRow>('members').where({ id }).first();
    return row === undefined ? null : toMember(row);
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

  /**
   * Two first registrations at once: the lock lets one of them through and refuses the other, which is then
   * the second.
   */
  async #createFirst(member: NewMember): Promise<Member> {
    try {
      return await this.#database.transaction(async (transaction) => {
        const somebody = await transaction('members').select('id').forUpdate().first();
        return insert(transaction, member, somebody === undefined ? 'admin' : 'member');
      });
    } catch (error) {
      if (!isRefusedByLock(error)) throw error;
      return this.create(member);
    }
  }
}

const REFUSED_BY_LOCK = new Set(['ER_LOCK_DEADLOCK', 'ER_CHECKREAD', 'SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT']);

function isRefusedByLock(error: unknown): boolean {
  return error instanceof Error && 'code' in error && REFUSED_BY_LOCK.has(String(error.code));
}

async function insert(database: DatabaseOrTransaction, member: NewMember, role: Role): Promise<Member> {
  const row: MemberRow = {
    id: randomUUID(),
    name: member.name,
    email: member.email,
    password_hash: member.passwordHash,
    role,
    created_at: new Date(),
  };
  await database('members').insert(row);
  return toMember(row);
}

function toMember(row: MemberRow): Member {
  const { id, name, email, role } = row;
  return { id, name, email, role, createdAt: new Date(row.created_at) };
}
