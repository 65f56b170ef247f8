import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Knex } from 'knex';

interface Migration {
  up(database: Knex): Promise<void>;
  down(database: Knex): Promise<void>;
}

interface MigrationSource extends Knex.MigrationSource<string> {
  getMigration(name: string): Promise<Migration>;
}

const FOLDER = path.join(import.meta.dirname, '..', '..', 'migrations');

/**
 * Finds migrations under names without extension, so that a database migrated by the built program and one
 * migrated from the TypeScript sources are the same to knex.
 */
export const migrationSource: MigrationSource = {
  async getMigrations() {
    const files = await readdir(FOLDER);
    const names = files.filter((file) => /^\d+.*\.(ts|js)$/.test(file)).map((file) => path.parse(file).name);
    return names.sort();
  },
  getMigrationName(name) {
    return name;
  },
  async getMigration(name) {
    const file = path.join(FOLDER, name + path.extname(import.meta.filename));
    return (await import(pathToFileURL(file).href)) as Migration;
  },
};
