import { pick, type Random } from './random.ts';
import { zipfPicker } from './zipf.ts';

const VOCABULARY = 50_000;
const CONSONANTS = ['b', 'd', 'f', 'g', 'k', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v', 'z'] as const;
const VOWELS = ['a', 'e', 'i', 'o', 'u'] as const;
const WORDS_OF_LINE = 4;

/** Words that are in the text of so many photos: one of three, of ten, of a hundred, of ten thousand. */
export const PLANTED_WORDS = [
  { word: 'receipt', share: 1 / 3 },
  { word: 'street', share: 1 / 10 },
  { word: 'harbour', share: 1 / 100 },
  { word: 'quokka', share: 1 / 10_000 },
] as const;

/** Makes lines of one to four words of a made-up language whose words are as unevenly used as those of a real one. */
export function lineWriter(random: Random): () => string {
  const nextWord = zipfPicker(random, vocabulary(random), 1);
  return () => {
    const words = Array.from({ length: 1 + Math.floor(random() * WORDS_OF_LINE) }, nextWord);
    return words.join(' ');
  };
}

function vocabulary(random: Random): readonly [string, ...string[]] {
  const words = new Set<string>();
  while (words.size < VOCABULARY) {
    const syllables = 1 + Math.floor(random() * 4);
    words.add(
      Array.from({ length: syllables }, () => pick(random, CONSONANTS) + pick(random, VOWELS)).join(''),
    );
  }
  const [first = '', ...others] = words;
  return [first, ...others];
}
