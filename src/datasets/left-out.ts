/** Counts what is left out, by what it is: however much that is, a few notes tell it. */
export class LeftOut {
  readonly #counts = new Map<string, number>();

  add(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  notes(): string[] {
    return [...this.#counts].map(([what, count]) => `${what}: ${count}.`);
  }
}
