import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { MemberRepository } from '../../src/accounts/member-repository.ts';
import type { DatabaseLocation } from '../../src/database/database.ts';
import { type Database, migrateDown, migrateUp, openDatabase } from '../../src/database/database.ts';
import { isMySql } from '../../src/database/dialect.ts';
import { migrationSource } from '../../src/database/migration-source.ts';
import { PhotoRepository } from '../../src/photos/photo-repository.ts';
import { PhotoSearchRepository } from '../../src/photos/photo-search-repository.ts';
import { firstSequenceOf } from '../../src/photos/sequence.ts';
import { sampleFindings, samplePhoto, UNBOUNDED } from '../photos/sample-photo.ts';
import { runScript } from '../program.ts';
import { createTestDatabase, describeOnEachDatabase, mySqlAnswers } from '../test-database.ts';

const TABLES = [
  'members',
  'sessions',
  'api_tokens',
  'photos',
  'detections',
  'text_lines',
  'first_account',
  'account_links',
  'second_factors',
  'recovery_codes',
  'audit_entries',
  'throttles',
  'photo_texts',
  'feedback',
  'corrections',
  'saved_searches',
  'daily_counts',
  'daily_timings',
  'reanalyses',
  'reanalysis_photos',
];
const MIGRATIONS = readdirSync(path.resolve(import.meta.dirname, '..', '..', 'migrations'))
  .map((file) => path.parse(file).name)
  .sort();

for (const dialect of ['sqlite', 'mysql'] as const) {
  describe(`migrations [${dialect}]`, { skip: dialect === 'mysql' && !mySqlAnswers }, () => {
    test('go up, down and up again', () =>
      onEmptyDatabase(dialect, async (database) => {
        assert.deepEqual(await migrateUp(database), MIGRATIONS);
        assert.deepEqual(await presentTables(database), TABLES);
        for (const name of MIGRATIONS.toReversed()) assert.deepEqual(await migrateDown(database), [name]);
        assert.deepEqual(await migrateDown(database), []);
        assert.deepEqual(await presentTables(database), []);
        assert.deepEqual(await migrateUp(database), MIGRATIONS);
        assert.deepEqual(await presentTables(database), TABLES);
        assert.deepEqual(await migrateUp(database), []);
      }));

    test('are taken back one at a time, the newest, whichever came together', () =>
      onEmptyDatabase(dialect, async (database, location) => {
        await migrateUp(database);
        await database('sessions').insert({ sid: 'a', sess: '{}', expired: new Date() });
        const url = location.dialect === 'sqlite' ? `sqlite:${location.file}` : location.url;
        const { code, lines } = await runScript('src/cli/migrate.ts', ['down'], { DATABASE_URL: url });
        assert.deepEqual([code, lines], [0, [`Taken back: ${MIGRATIONS.at(-1)}`]]);
        const rest = await database('knex_migrations').orderBy('id').select('name');
        assert.deepEqual(
          rest.map(({ name }) => name),
          MIGRATIONS.slice(0, -1),
        );
        assert.equal((await database('sessions')).length, 1);
      }));

    test('are taken back by the next call where one was killed', () =>
      onEmptyDatabase(dialect, async (database) => {
        await migrateUp(database);
        const whole = await schemaOf(database);
        for (const name of MIGRATIONS.toReversed()) {
          // As far as it gets: all is done but its record. MySQL keeps each step.
          await (await migrationSource.getMigration(name)).down(database);
          await database('knex_migrations_lock').update({ is_locked: 1 });
          assert.deepEqual(await migrateDown(database), [name]);
        }
        assert.deepEqual(await presentTables(database), []);
        assert.deepEqual(await migrateUp(database), MIGRATIONS);
        assert.deepEqual(await schemaOf(database), whole);
      }));

    test('are run once by connections that come together', () =>
      onEmptyDatabase(dialect, async (database, location) => {
        const others = [openDatabase(location), openDatabase(location)];
        try {
          const applied = await Promise.all([database, ...others].map(migrateUp));
          assert.deepEqual(applied.flat(), MIGRATIONS);
          assert.deepEqual(await presentTables(database), TABLES);
        } finally {
          await Promise.all(others.map((other) => other.destroy()));
        }
      }));

    test('are run once by processes that come together, each of which says what it did', () =>
      onEmptyDatabase(dialect, async (database, location) => {
        const url = location.dialect === 'sqlite' ? `sqlite:${location.file}` : location.url;
        const migrate = () => runScript('src/cli/migrate.ts', [], { DATABASE_URL: url });
        const runs = await Promise.all([migrate(), migrate(), migrate()]);
        assert.deepEqual(
          runs.map(({ code }) => code),
          [0, 0, 0],
        );
        const said = runs.map(({ lines }) => lines.join('\n')).sort();
        const nothing = 'Nothing to do: the database is up to date.';
        assert.deepEqual(said, [`Applied: ${MIGRATIONS.join(', ')}`, nothing, nothing]);
        assert.deepEqual(await presentTables(database), TABLES);
      }));

    test('are not stopped by the lock of a process that was killed', () =>
      onEmptyDatabase(dialect, async (database) => {
        await migrateUp(database);
        await database('knex_migrations')
          .where({ name: MIGRATIONS.at(-1) })
          .delete();
        await database('knex_migrations_lock').update({ is_locked: 1 });
        assert.deepEqual(await migrateUp(database), [MIGRATIONS.at(-1)]);
        assert.deepEqual(await presentTables(database), TABLES);
      }));

    for (const killedAfter of TABLES) {
      test(`begin anew what was killed after the table ${killedAfter}`, () =>
        onEmptyDatabase(dialect, async (database) => {
          await migrateUp(database);
          const whole = await schemaOf(database);
          await killAfter(database, killedAfter);
          assert.ok((await migrateUp(database)).length > 0);
          const again = await schemaOf(database);
          for (const table of TABLES) assert.deepEqual(again[table], whole[table], table);
        }));
    }

    test('never drop a table with rows', () =>
      onEmptyDatabase(dialect, async (database) => {
        await migrateUp(database);
        await database('sessions').insert({ sid: 'a', sess: '{}', expired: new Date() });
        await database('knex_migrations').delete();
        await assert.rejects(migrateUp(database), /^StartError: The table sessions holds rows/);
        assert.equal((await database('sessions')).length, 1);
      }));
  });
}

describeOnEachDatabase('migrations of a database in use', (open) => {
  test('take over the first account, the text that was read and the photos', async () => {
    const database = await open();
    const members = new MemberRepository(database);
    const ada = await members.create({ name: 'Ada', email: 'ada@example.org', passwordHash: 'x' });
    const ben = await members.create({ name: 'Ben', email: 'ben@example.org', passwordHash: 'x' });
    await database('members')
      .where({ id: ben.id })
      .update({ created_at: new Date(ben.createdAt.getTime() + 1) });
    const photos = new PhotoRepository(database);
    const photo = samplePhoto(ada.id);
    const [line] = sampleFindings().lines;
    assert.ok(line);
    const findings = sampleFindings({ lines: [{ ...line, text: 'CAFÉ' }] });
    await photos.insert(photo, UNBOUNDED);
    await photos.saveFindings(photo.id, photo.request, findings);
    const later = MIGRATIONS.slice(2).toReversed();
    for (const name of later) {
      await (await migrationSource.getMigration(name)).down(database);
    }
    await database('knex_migrations').whereIn('name', later).delete();

    assert.deepEqual(await migrateUp(database), later.toReversed());
    assert.deepEqual(await database('first_account'), [{ slot: 1, member_id: ada.id }]);
    const sequence = firstSequenceOf(photo.createdAt);
    assert.deepEqual(await photos.find(photo.id), { ...photo, sequence, status: 'analysed', findings });
    const page = { sort: 'newest', cursor: null, backward: false, limit: 10 } as const;
    assert.equal((await new PhotoSearchRepository(database).list(ada.id, { text: 'cafe' }, page)).length, 1);
    const counts = await database('daily_counts').where({ kind: 'label' }).select('item', 'count');
    assert.deepEqual(counts, [{ item: 'stop sign', count: 1 }]);
  });
});

describeOnEachDatabase('schema', (open) => {
  test('tells labels apart that differ by their letter case alone', async () => {
    const database = await open();
    const { id } = await new MemberRepository(database).create({
      name: 'Ada',
      email: 'ada@example.org',
      passwordHash: 'x',
    });
    const photos = new PhotoRepository(database);
    const photo = samplePhoto(id);
    const box = { x: 0, y: 0, width: 1, height: 1 };
    const detections = ['dog', 'Dog'].map((label) => ({ label, score: 0.9, box }));
    await photos.insert(photo, UNBOUNDED);
    await photos.saveFindings(photo.id, photo.request, sampleFindings({ detections }));
    assert.equal((await database('detections').where({ label: 'dog' })).length, 1);
    assert.equal((await database('detections').groupBy('label').select('label')).length, 2);
  });

  test('tells addresses apart that differ by an accent alone', async () => {
    const database = await open();
    const member = (id: string, email: string) => ({
      id,
      email,
      name: 'Ada',
      password_hash: 'x',
      role: 'member',
      created_at: new Date(),
    });
    await database('members').insert([member('1', 'jose@example.org'), member('2', 'josé@example.org')]);
    assert.equal((await database('members').where({ email: 'jose@example.org' })).length, 1);
  });

  test('keeps times to the millisecond', async () => {
    const database = await open();
    const createdAt = new Date('2026-11-20T21:15:00.123Z');
    await database('members').insert({
      id: '1',
      email: 'a@example.org',
      name: 'Ada',
      password_hash: 'x',
      role: 'member',
      created_at: createdAt,
    });
    const row = await database('members').where('created_at', '=', createdAt).first();
    assert.equal(new Date(row.created_at).toISOString(), createdAt.toISOString());
  });
});

async function presentTables(database: Database): Promise<string[]> {
  const present: string[] = [];
  for (const table of TABLES) if (await database.schema.hasTable(table)) present.push(table);
  return present;
}

async function onEmptyDatabase(
  dialect: DatabaseLocation['dialect'],
  use: (database: Database, location: DatabaseLocation) => Promise<void>,
): Promise<void> {
  const { location, drop } = await createTestDatabase(dialect);
  const database = openDatabase(location);
  try {
    await use(database, location);
  } finally {
    await database.destroy();
    await drop();
  }
}

/** How many tables there are after each migration but the last. */
const TABLES_AFTER = [3, 6, 7, 7, 12, 13, 14, 15, 16, 18];

/** How each table is made, with its keys. */
async function schemaOf(database: Database): Promise<Record<string, unknown>> {
  const schema: Record<string, unknown> = {};
  for (const table of TABLES) {
    if (isMySql(database)) {
      const [[row]] = await database.raw('show create table ??', [table]);
      schema[table] = String(row['Create Table']).replace(/ AUTO_INCREMENT=\d+/, '');
    } else {
      const rows = await database('sqlite_master').where({ tbl_name: table }).select('sql');
      schema[table] = rows.map(({ sql }) => sql).sort();
    }
  }
  return schema;
}

/** MySQL makes a table first, and adds its keys one after the other. */
async function dropKeys(database: Database, table: string): Promise<void> {
  const here = (from: string) =>
    database(`information_schema.${from}`).whereRaw('table_schema = database()').where({ table_name: table });
  const foreign = await here('key_column_usage')
    .whereNotNull('referenced_table_name')
    .select('constraint_name as name');
  for (const { name } of foreign) await database.raw('alter table ?? drop foreign key ??', [table, name]);
  const indexes = await here('statistics').whereNot({ index_name: 'PRIMARY' }).distinct('index_name as name');
  for (const { name } of indexes) await database.raw('alter table ?? drop index ??', [table, name]);
}

/** Makes the database as it is when a process is killed right after it made a table, and before that has its keys. */
async function killAfter(database: Database, last: string): Promise<void> {
  const made = TABLES.slice(0, TABLES.indexOf(last) + 1);
  for (const table of TABLES.slice(made.length).reverse()) await database.schema.dropTable(table);
  const finished = MIGRATIONS.slice(0, TABLES_AFTER.filter((tables) => made.length > tables).length);
  await database('knex_migrations').whereNotIn('name', finished).delete();
  if (isMySql(database)) await dropKeys(database, last);
}
