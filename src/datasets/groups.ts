/** Elements of which those that belong to the same thing stand together, read group by group. */
export class Groups<Element, Key> {
  readonly #source: AsyncIterator<Element>;
  readonly #keyOf: (element: Element) => Key;
  #ahead: Promise<IteratorResult<Element>> | null = null;

  constructor(source: AsyncIterator<Element>, keyOf: (element: Element) => Key) {
    this.#source = source;
    this.#keyOf = keyOf;
  }

  /** The elements with this key, where they come next; else none. */
  async *of(key: Key): AsyncGenerator<Element> {
    for (;;) {
      const { done, value } = await this.#next();
      if (done || this.#keyOf(value) !== key) return;
      this.#ahead = null;
      yield value;
    }
  }

  /** Whether all have been read. */
  async empty(): Promise<boolean> {
    return (await this.#next()).done === true;
  }

  #next(): Promise<IteratorResult<Element>> {
    this.#ahead ??= this.#source.next();
    return this.#ahead;
  }
}
