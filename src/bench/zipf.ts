import type { Random } from './random.ts';

/**
 * Draws from choices of which the n-th comes up in proportion to 1 / n^exponent (Zipf's law): words of a language, labels of
 * photos and shares of members are about like that.
 */
export function zipfPicker<T>(random: Random, choices: readonly [T, ...T[]], exponent: number): () => T {
  let sum = 0;
  const sums = Float64Array.from(choices, (_, i) => {
    sum += 1 / (i + 1) ** exponent;
    return sum;
  });
  return () => {
    const drawn = random() * sum;
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) > drawn) high = middle;
      else low = middle + 1;
    }
    return choices[low] ?? choices[0];
  };
}
