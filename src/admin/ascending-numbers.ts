/** Numbers that were added in ascending order, at eight bytes each. */
export class AscendingNumbers {
  #numbers = new Float64Array(1024);
  #length = 0;

  /** @param number Greater than all before. */
  add(number: number): void {
    if (this.#length === this.#numbers.length) {
      const longer = new Float64Array(2 * this.#length);
      longer.set(this.#numbers);
      this.#numbers = longer;
    }
    this.#numbers[this.#length++] = number;
  }

  /** Tells of one number after the other, each no smaller than the one before, whether it was added. */
  lookup(): (number: number) => boolean {
    let at = 0;
    return (number) => {
      while (at < this.#length && (this.#numbers[at] as number) < number) at++;
      return at < this.#length && this.#numbers[at] === number;
    };
  }
}
