/** What the models' labels are numbered by. */
export interface NumberedLabel {
  id: number;
  name: string;
}

/**
 * The labels of a data set, each with its number: those of the detector, all of them, then others in the order in which they
 * first occur.
 */
export class LabelNumbers {
  readonly #ids = new Map<string, number>();
  #next = 0;

  constructor(labels: readonly NumberedLabel[]) {
    for (const { id, name } of labels) {
      this.#ids.set(name, id);
      this.#next = Math.max(this.#next, id + 1);
    }
  }

  /** The number of a label; a label that has none yet gets one. */
  of(label: string): number {
    const known = this.#ids.get(label);
    if (known !== undefined) return known;
    this.#ids.set(label, this.#next);
    return this.#next++;
  }

  all(): NumberedLabel[] {
    return [...this.#ids].map(([name, id]) => ({ id, name }));
  }
}
