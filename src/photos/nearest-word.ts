import leven from 'leven';
import { spelling } from './label-spelling.ts';

/** Of all words, the one that somebody probably meant; null when none is near. */
export function nearestWord(written: string, words: readonly string[]): string | null {
  const wanted = spelling(written);
  const most = wanted.length < 5 ? 1 : 2;
  let nearest: string | null = null;
  let least = most + 1;
  for (const word of words) {
    const candidate = spelling(word);
    // A plural is nearer than any slip.
    const distance =
      wanted === `${candidate}s` || wanted === `${candidate}es` ? 0.5 : slips(wanted, candidate);
    if (distance < least) [nearest, least] = [word, distance];
  }
  return nearest;
}

/** How many letters must be added, left out or replaced to make one word of the other; a letter in another place is one slip. */
function slips(one: string, other: string): number {
  const distance = leven(one, other);
  return distance === 2 && sorted(one) === sorted(other) ? 1 : distance;
}

function sorted(word: string): string {
  return [...word].sort().join('');
}
