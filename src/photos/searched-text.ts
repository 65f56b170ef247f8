import { markedWords, type SearchTerm } from '../database/full-text.ts';
import { foldText } from './folded-text.ts';

/** What a photo is found by in full-text search: the words of its lines in reading order. */
export function searchedText(lines: readonly string[]): string {
  return markedWords(lines.flatMap(wordsOf));
}

/** Words of a text: runs of letters and digits, without letter case and accents. */
function wordsOf(text: string): string[] {
  return foldText(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/**
 * What somebody looks for: each word is found where a word begins with it, and what stands in double quotes where these
 * words follow each other as they are.
 *
 * @returns Nothing when the text has no words.
 */
export function searchTerms(text: string): SearchTerm[] {
  return text.split('"').flatMap((part, i): SearchTerm[] => {
    const words = wordsOf(part);
    if (i % 2 === 1) return words.length > 0 ? [{ words, open: false }] : [];
    return words.map((word) => ({ words: [word], open: true }));
  });
}
