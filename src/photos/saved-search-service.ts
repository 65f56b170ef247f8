import { randomUUID } from 'node:crypto';
import { AppError } from '../errors.ts';
import type { SavedSearch } from './saved-search.ts';
import type { SavedSearchRepository } from './saved-search-repository.ts';

/** Searches that a member can keep: they all stand above the gallery. */
const MOST_SEARCHES = 30;

/** A saved search with the address of the gallery that shows what it finds. */
export type OpenableSearch = SavedSearch & { href: string };

/** Keeps searches under names. */
export class SavedSearchService {
  readonly #searches: SavedSearchRepository;

  constructor({ searches }: { searches: SavedSearchRepository }) {
    this.#searches = searches;
  }

  /** By name. */
  async list(memberId: string): Promise<OpenableSearch[]> {
    return (await this.#searches.listOf(memberId)).map(openable);
  }

  async countOf(memberId: string): Promise<number> {
    return (await this.#searches.listOf(memberId)).length;
  }

  /** @throws {AppError} `conflict` when there is one of this name, or there are as many as can be. */
  async save(
    memberId: string,
    search: Pick<SavedSearch, 'name' | 'query' | 'sort'>,
  ): Promise<OpenableSearch> {
    if ((await this.#searches.listOf(memberId)).length >= MOST_SEARCHES) {
      throw new AppError(
        'conflict',
        `${MOST_SEARCHES} searches are kept at most. Delete one that you no longer need.`,
      );
    }
    const saved = { id: randomUUID(), ...search, createdAt: new Date() };
    await this.#searches.insert(memberId, saved);
    return openable(saved);
  }

  /** @throws {AppError} `not_found` when the member has no such search; `conflict` when another one has the name. */
  async rename(memberId: string, id: string, name: string): Promise<OpenableSearch> {
    await this.#searches.rename(memberId, id, name);
    return this.get(memberId, id);
  }

  /** @throws {AppError} `not_found` when the member has no such search. */
  async remove(memberId: string, id: string): Promise<SavedSearch> {
    const search = await this.get(memberId, id);
    await this.#searches.delete(memberId, id);
    return search;
  }

  /** @throws {AppError} `not_found` when the member has no such search. */
  async get(memberId: string, id: string): Promise<OpenableSearch> {
    const search = (await this.#searches.listOf(memberId)).find((own) => own.id === id);
    if (!search) throw new AppError('not_found', 'There is no such search. It may have been deleted.');
    return openable(search);
  }
}

function openable(search: SavedSearch): OpenableSearch {
  const sort = search.sort === 'oldest' ? { sort: 'oldest' } : {};
  return { ...search, href: `/photos?${new URLSearchParams({ q: search.query, ...sort })}` };
}
