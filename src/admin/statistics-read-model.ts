import type { Knex } from 'knex';
import type { Database } from '../database/database.ts';
import { dayOfInstant } from '../database/dialect.ts';
import { type CountKind, startOfDay } from '../photos/daily-count.ts';
import { firstSequenceOf } from '../photos/sequence.ts';
import type { VerdictCount } from './accuracy.ts';
import type { TimingCount } from './latency.ts';
import type { Statistics } from './statistics.ts';

/** Whole days of UTC, both included, as `dayOf` numbers them. */
export interface DayRange {
  from: number;
  to: number;
}

/** What the statistics are made of: counts that are joined for admins to look at, never written. */
export class StatisticsReadModel {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** What was counted of each day; days and kinds of which there is nothing are left out. */
  async perDay(range: DayRange): Promise<{ day: number; kind: CountKind; count: number }[]> {
    const rows: { day: number; kind: CountKind; count: number }[] = await this.#counts(range)
      .whereIn('kind', ['photos', 'bytes', 'detections', 'lines'])
      .orderBy('day')
      .select('day', 'kind', 'count');
    return rows.map(({ day, kind, count }) => ({ day, kind, count: Number(count) }));
  }

  /** Detections by label, the most frequent first, or by the step of their score. */
  async perItem(range: DayRange, kind: 'label' | 'score'): Promise<{ item: string; count: number }[]> {
    const rows: { item: string; total: number }[] = await this.#counts(range)
      .where({ kind })
      .groupBy('item')
      .havingRaw('sum(count) > 0')
      .orderByRaw('sum(count) desc, item')
      .select('item')
      .sum({ total: 'count' });
    return rows.map(({ item, total }) => ({ item, count: Number(total) }));
  }

  async timings(range: DayRange): Promise<TimingCount[]> {
    const rows: (Omit<TimingCount, 'count'> & { total: number })[] = await this.#database('daily_timings')
      .whereBetween('day', [range.from, range.to])
      .groupBy('engine', 'models', 'stage', 'bucket')
      .havingRaw('sum(count) > 0')
      .select('engine', 'models', 'stage', 'bucket')
      .sum({ total: 'count' });
    return rows.map(({ total, ...timing }) => ({ ...timing, count: Number(total) }));
  }

  async feedbackPerDay(range: DayRange): Promise<Map<number, number>> {
    const rows: { day: number; total: number }[] = await inRange(this.#database('feedback'), range)
      .groupBy('day')
      .select({ day: dayOfInstant(this.#database, 'created_at') })
      .count({ total: '*' });
    return new Map(rows.map(({ day, total }) => [Math.floor(Number(day)), Number(total)]));
  }

  /** All accounts and the suspended among them, those made in a range, and those with a photo uploaded in it. */
  async members(range: DayRange): Promise<Statistics['members']> {
    const [from, before] = sequencesOf(range);
    // The newest of each member is one look into an index; in any other order MariaDB reads all older ones.
    const upload = this.#database('photos')
      .whereRaw('photos.member_id = members.id')
      .whereNull('deleted_at')
      .where('sequence', '>=', from)
      .where('sequence', '<', before)
      .orderBy('sequence', 'desc')
      .limit(1)
      .select('photos.id');
    const members = this.#database('members');
    const [total, suspended, active, fresh] = await Promise.all([
      countOf(members.clone()),
      countOf(members.clone().whereNotNull('suspended_at')),
      countOf(members.clone().whereRaw('(?) is not null', [upload])),
      countOf(inRange(members.clone(), range)),
    ]);
    return { total, suspended, active, new: fresh };
  }

  /** All photos that there are today. */
  async storage(): Promise<Statistics['storage']> {
    const photos = this.#database('photos');
    const [counts, trashed, waiting] = await Promise.all([
      this.#database('daily_counts')
        .whereIn('kind', ['photos', 'bytes'])
        .groupBy('kind')
        .select<{ kind: string; total: number }[]>('kind', this.#database.raw('sum(count) as total')),
      // Not “is not null”, for which SQLite would read all photos.
      photos
        .clone()
        .where('deleted_at', '>', new Date(0))
        .count({ photos: '*' })
        .sum({ bytes: 'bytes' })
        .first(),
      this.waiting(),
    ]);
    const totals = new Map(counts.map(({ kind, total }) => [kind, Number(total)]));
    return {
      photos: totals.get('photos') ?? 0,
      bytes: totals.get('bytes') ?? 0,
      waiting,
      trash: { photos: Number(trashed?.photos ?? 0), bytes: Number(trashed?.bytes ?? 0) },
    };
  }

  /** Photos that wait for their analysis. */
  async waiting(): Promise<number> {
    // Were the trash left out by a condition, SQLite would go through all photos that are not in it.
    const row = await this.#database('photos')
      .where({ status: 'queued' })
      .count({ count: '*', trashed: 'deleted_at' })
      .first();
    return Number(row?.count ?? 0) - Number(row?.trashed ?? 0);
  }

  /** What owners said of the detections in photos of a range. */
  async verdicts(range: DayRange): Promise<VerdictCount[]> {
    const [from, before] = sequencesOf(range);
    const rows: { label: string; verdict: 'right' | 'wrong'; hundredths: number; total: number }[] =
      await this.#database('detections')
        .whereIn('verdict', ['right', 'wrong'])
        .where('sequence', '>=', from)
        .where('sequence', '<', before)
        .groupBy('label', 'verdict', 'hundredths')
        .select('label', 'verdict', { hundredths: this.#database.raw('floor(score * 100)') })
        .count({ total: '*' });
    const counts = new Map<string, VerdictCount>();
    for (const { label, verdict, hundredths, total } of rows) {
      const score = Number(hundredths) / 100;
      const key = `${score} ${label}`;
      const count = counts.get(key) ?? { label, score, right: 0, wrong: 0 };
      count[verdict] += Number(total);
      counts.set(key, count);
    }
    return [...counts.values()];
  }

  #counts({ from, to }: DayRange): Knex.QueryBuilder {
    return this.#database('daily_counts').whereBetween('day', [from, to]).where('count', '>', 0);
  }
}

async function countOf(query: Knex.QueryBuilder): Promise<number> {
  const row = await query.count({ count: '*' }).first();
  return Number(row?.count ?? 0);
}

function inRange(query: Knex.QueryBuilder, { from, to }: DayRange): Knex.QueryBuilder {
  return query.where('created_at', '>=', startOfDay(from)).where('created_at', '<', startOfDay(to + 1));
}

/** The first number of the range, and the first behind it. */
function sequencesOf({ from, to }: DayRange): [number, number] {
  return [firstSequenceOf(startOfDay(from)), firstSequenceOf(startOfDay(to + 1))];
}
