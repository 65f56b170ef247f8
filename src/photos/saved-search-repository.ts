import type { Database } from '../database/database.ts';
import { isForeignKeyViolation, isUniqueViolation } from '../database/database-errors.ts';
import { AppError } from '../errors.ts';
import type { SavedSearch } from './saved-search.ts';

interface SavedSearchRow extends Pick<SavedSearch, 'id' | 'name' | 'query' | 'sort'> {
  member_id: string;
  created_at: Date | number;
}

/** The searches that members keep. */
export class SavedSearchRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @throws {AppError} `conflict` when the member has a search of this name; `not_authenticated` when the account is gone. */
  async insert(memberId: string, { id, name, query, sort, createdAt }: SavedSearch): Promise<void> {
    const row = { id, member_id: memberId, name, query, sort, created_at: createdAt };
    await translated(this.#database<SavedSearchRow>('saved_searches').insert(row), name);
  }

  /** By name. */
  async listOf(memberId: string): Promise<SavedSearch[]> {
    const rows = await this.#of(memberId);
    return rows.map(toSearch).sort((a, b) => a.name.localeCompare(b.name, 'en'));
  }

  /** Does nothing when the member has no such search. Throws as `insert`. */
  async rename(memberId: string, id: string, name: string): Promise<void> {
    await translated(this.#of(memberId).where({ id }).update({ name }), name);
  }

  async delete(memberId: string, id: string): Promise<void> {
    await this.#of(memberId).where({ id }).delete();
  }

  #of(memberId: string) {
    return this.#database<SavedSearchRow>('saved_searches').where({ member_id: memberId });
  }
}

async function translated(act: PromiseLike<unknown>, name: string): Promise<void> {
  try {
    await act;
  } catch (error) {
    if (isUniqueViolation(error)) {
      const message = `There is a search named “${name}” already.`;
      throw new AppError('conflict', message, { cause: error, fields: [{ path: 'name', message }] });
    }
    if (isForeignKeyViolation(error))
      throw new AppError('not_authenticated', 'This account has been deleted.', { cause: error });
    throw error;
  }
}

function toSearch({ id, name, query, sort, created_at }: SavedSearchRow): SavedSearch {
  return { id, name, query, sort, createdAt: new Date(created_at) };
}
