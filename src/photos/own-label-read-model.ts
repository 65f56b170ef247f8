import type { Database } from '../database/database.ts';

/** A label and how often it is found in a member's photos; counted up to `LARGEST_LABEL_COUNT`. */
export interface OwnLabel {
  label: string;
  count: number;
}

/** Labels are counted so far: that tells the frequent from the rare, and is quick with any number of photos. */
export const LARGEST_LABEL_COUNT = 100;

/** The labels that a member's photos have. */
export class OwnLabels {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The most frequent first. */
  async list(memberId: string): Promise<OwnLabel[]> {
    const labels = await this.names(memberId);
    if (labels.length === 0) return [];
    const counts = labels.map((label) => {
      const some = this.#of(memberId)
        .where({ label })
        .whereNotNull('sequence')
        .limit(LARGEST_LABEL_COUNT)
        .select('label');
      return this.#database(some.as('some')).max({ label: 'label' }).count({ count: '*' });
    });
    const [first, ...others] = counts;
    const rows = ((await first?.unionAll(others)) ?? []) as {
      label: string | null;
      count: number | string;
    }[];
    return rows
      .flatMap(({ label, count }) => (label === null ? [] : [{ label, count: Number(count) }]))
      .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1));
  }

  /** The labels alone, by name. Leaps from one to the next in the index: reading all detections would take long. */
  async names(memberId: string): Promise<string[]> {
    const names: string[] = [];
    for (let last = ''; ; ) {
      const row = await this.#of(memberId).where('label', '>', last).orderBy('label').first('label');
      if (row === undefined) return names;
      last = row.label;
      names.push(last);
    }
  }

  #of(memberId: string) {
    return this.#database('detections').where({ member_id: memberId });
  }
}
