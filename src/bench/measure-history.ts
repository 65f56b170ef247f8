import { type BenchDatabase, createBenchDatabase, mySqlAnswers } from './bench-database.ts';
import { historyQueries } from './history-queries.ts';
import type { MemberIds } from './made-up-record.ts';
import { measureInserts } from './measure-inserts.ts';
import { type MeasuredQuery, RecordProbe } from './record-probe.ts';
import { RecordSample } from './record-sample.ts';
import { inMilliseconds, type ResultRow, times } from './result-table.ts';
import { seedMembers, seedRecord } from './seed-record.ts';
import { median, percentile } from './statistics.ts';

const MEMBERS = 200;
const LARGE_PHOTOS = 100_000;
const SEARCHED = ['receipt', 'quokka'];
const SLOWEST_MS = 60;
const SEARCH_MS = 100;
const STATISTICS_MS = 300;
const EXPORT_MB = 64;
const SUSPECTS = 40;
const SUSPECT_TRIES = 40;
const SLOWEST_TOLD = 20;

/** A record in a database. */
interface Record extends BenchDatabase {
  memberIds: MemberIds;
  sample: RecordSample;
}

/** How the program does with a hundred thousand photos, on each database: what admins and members ask of it, and what it keeps. */
export async function measureHistory(
  say: (line: string) => void,
  photos = LARGE_PHOTOS,
): Promise<ResultRow[]> {
  const rows = await measureOn('sqlite', photos, say);
  if (await mySqlAnswers()) rows.push(...(await measureOn('mysql', photos, say)));
  else say('Left out: MySQL, because no server answers at TEST_MYSQL_URL or 127.0.0.1:3306.');
  return rows;
}

async function measureOn(
  dialect: 'sqlite' | 'mysql',
  photos: number,
  say: (line: string) => void,
): Promise<ResultRow[]> {
  await using small = await createRecord(dialect, photos / 10, say);
  const few = await measureFirstPages(small);
  await using large = await createRecord(dialect, photos, say);
  await using empty = await createRecord(dialect, 0, say);
  say(`${dialect}: insert`);
  const rows: ResultRow[] = [];
  // At once, since the whole takes many minutes.
  const tell = (...measured: ResultRow[]) => {
    for (const { measure, figure, ratio } of measured) say(`  ${measure}: ${figure} ${ratio}`);
    rows.push(...measured);
  };
  tell(await measureInserts(dialect, large, empty));
  await using probe = await RecordProbe.open(large.url);
  say(`${dialect}: queries`);
  const measured = await probe.ask(historyQueries(large.memberIds, large.sample));
  // A few times tell which may be slow, and many how slow.
  const suspects = slowestFirst(measured).slice(0, SUSPECTS);
  const slowFirst = slowestFirst(
    await probe.ask(
      suspects.map(({ query }) => query),
      SUSPECT_TRIES,
    ),
  );
  for (const { query, ms } of slowFirst.slice(0, SLOWEST_TOLD)) {
    say(`  ${inMilliseconds(percentile(ms, 95))}  ${query.name}`);
  }
  const firstPages = sum(measured.filter(({ query }) => query.firstPage).map(({ ms }) => median(ms)));
  const all = measured.flatMap(({ ms }) => ms);
  tell(
    limited(
      `${dialect}: the slowest filter or pair, 95th percentile`,
      percentile(slowFirst[0]?.ms ?? [], 95),
      SLOWEST_MS,
    ),
    limited(`${dialect}: all filters and pairs, 95th percentile`, percentile(all, 95), SLOWEST_MS),
    {
      measure: `${dialect}: first pages of ${photos} photos`,
      figure: inMilliseconds(firstPages),
      against: `of ${photos / 10} photos`,
      rawFigure: inMilliseconds(few),
      ratio: times(firstPages / few),
      atLeast: 'at most 1.5x',
      aim: '',
    },
  );
  for (const word of SEARCHED) {
    const { photos: own, history } = await probe.search(word);
    tell(limited(`${dialect}: own photos with "${word}", 95th percentile`, percentile(own, 95), SEARCH_MS));
    tell(limited(`${dialect}: history with "${word}", 95th percentile`, percentile(history, 95), SEARCH_MS));
  }
  const { page, api } = await probe.statistics();
  tell(limited(`${dialect}: statistics page, 95th percentile`, percentile(page, 95), STATISTICS_MS));
  tell(limited(`${dialect}: statistics API, 95th percentile`, percentile(api, 95), STATISTICS_MS));
  say(`${dialect}: export`);
  // A process that has done nothing before has the most room to grow.
  await using fresh = await RecordProbe.open(large.url);
  const { lines, grownBytes, seconds } = await fresh.export();
  tell({
    ...plainRow(`${dialect}: memory that a CSV of ${lines} lines (${seconds.toFixed(0)} s) takes`),
    figure: `${(grownBytes / (1024 * 1024)).toFixed(0)} MB`,
    atLeast: `at most ${EXPORT_MB} MB`,
  });
  return rows;
}

async function createRecord(
  dialect: 'sqlite' | 'mysql',
  photos: number,
  say: (line: string) => void,
): Promise<Record> {
  const bench = await createBenchDatabase(dialect);
  if (photos > 0) say(`${dialect}: a record of ${photos} photos`);
  const memberIds = await seedMembers(bench.database, MEMBERS);
  const sample = new RecordSample(memberIds);
  await seedRecord(bench.database, memberIds, photos, say, (photo) => sample.see(photo));
  return { ...bench, memberIds, sample, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

function slowestFirst(measured: readonly MeasuredQuery[]): MeasuredQuery[] {
  return measured.toSorted((a, b) => percentile(b.ms, 95) - percentile(a.ms, 95));
}

/** The medians of all first pages, together. */
async function measureFirstPages({ url, memberIds, sample }: Record): Promise<number> {
  await using probe = await RecordProbe.open(url);
  const measured = await probe.ask(historyQueries(memberIds, sample).filter(({ firstPage }) => firstPage));
  return sum(measured.map(({ ms }) => median(ms)));
}

function limited(measure: string, ms: number, most: number): ResultRow {
  return { ...plainRow(measure), figure: inMilliseconds(ms), atLeast: `at most ${most} ms` };
}

function plainRow(measure: string): ResultRow {
  return { measure, figure: '', against: '', rawFigure: '', ratio: '', atLeast: '', aim: '' };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
