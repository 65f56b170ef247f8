import type { SearchTerm } from '../database/full-text.ts';
import { foldText } from './folded-text.ts';

/** A piece of a line, and whether it is what was looked for. */
export interface TextPiece {
  text: string;
  marked: boolean;
}

/** A line in which something was found. */
export interface MatchingLine {
  /** Place among the lines. */
  index: number;
  /** The whole line, from its beginning to its end. */
  pieces: TextPiece[];
}

/** A word of a line, as it is compared, and where it stands. */
interface Word {
  word: string;
  line: number;
  start: number;
  end: number;
}

/** The lines in which words that were looked for stand; a phrase may run on from one line to the next. */
export function matchingLines(lines: readonly string[], terms: readonly SearchTerm[]): MatchingLine[] {
  const words = lines.flatMap(wordsOfLine);
  const found = new Set<Word>();
  for (const term of terms) {
    for (let at = 0; at + term.words.length <= words.length; at++) {
      const run = words.slice(at, at + term.words.length);
      if (run.every(({ word }, i) => isMeant(word, term, i))) for (const word of run) found.add(word);
    }
  }
  return lines.flatMap((text, index) => {
    const marks = [...found].filter(({ line }) => line === index).sort((a, b) => a.start - b.start);
    return marks.length === 0 ? [] : [{ index, pieces: piecesOf(text, marks) }];
  });
}

/** The beginning of what was found, cut to a length that a card has room for. */
export function excerptOf(lines: readonly MatchingLine[], length: number): TextPiece[] {
  const before = length / 3;
  const excerpt: TextPiece[] = [];
  let room = length;
  for (const [i, { pieces }] of lines.entries()) {
    if (i > 0) excerpt.push({ text: ' … ', marked: false });
    for (const [j, { text, marked }] of pieces.entries()) {
      const shown = j === 0 && !marked && text.length > before ? `…${text.slice(-before)}` : text;
      excerpt.push({ text: shown.slice(0, room), marked });
      room -= shown.length;
      if (room <= 0) return excerpt;
    }
  }
  return excerpt;
}

function isMeant(word: string, { words, open }: SearchTerm, i: number): boolean {
  const wanted = words[i] ?? '';
  return open && words.length === 1 ? word.startsWith(wanted) : word === wanted;
}

/** As `wordsOf`, letter by letter, to know from where in the line each comes: folding may change its length. */
function wordsOfLine(text: string, line: number): Word[] {
  const words: Word[] = [];
  let word: Word | null = null;
  for (const { 0: letter, index: start } of text.matchAll(/.\p{M}*/gsu)) {
    for (const folded of foldText(letter)) {
      if (!/[\p{L}\p{N}]/u.test(folded)) {
        word = null;
        continue;
      }
      if (word === null) {
        word = { word: '', line, start, end: start };
        words.push(word);
      }
      word.word += folded;
      word.end = start + letter.length;
    }
  }
  return words;
}

function piecesOf(text: string, marks: readonly Word[]): TextPiece[] {
  const pieces: TextPiece[] = [];
  let at = 0;
  for (const { start, end } of marks) {
    if (start < at) continue;
    if (start > at) pieces.push({ text: text.slice(at, start), marked: false });
    pieces.push({ text: text.slice(start, end), marked: true });
    at = end;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), marked: false });
  return pieces;
}
