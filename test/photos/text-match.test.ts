import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { searchTerms } from '../../src/photos/searched-text.ts';
import { excerptOf, matchingLines } from '../../src/photos/text-match.ts';

/** The lines in which something is found, with what is marked in brackets. */
function marked(lines: string[], looked: string): Record<number, string> {
  const shown = matchingLines(lines, searchTerms(looked)).map(({ index, pieces }) => [
    index,
    pieces.map(({ text, marked }) => (marked ? `[${text}]` : text)).join(''),
  ]);
  return Object.fromEntries(shown);
}

describe('words in lines', () => {
  test('are marked where a word begins with them, whatever their case and accents', () => {
    assert.deepEqual(marked(['Invoice no. 7', 'reinvoiced'], 'invo'), { 0: '[Invoice] no. 7' });
    assert.deepEqual(marked(['Königstraße 12, ÉTÉ'], 'KONIGSTRASSE ete'), { 0: '[Königstraße] 12, [ÉTÉ]' });
    assert.deepEqual(marked(['Cafe\u0301 au lait'], 'café'), { 0: '[Cafe\u0301] au lait' });
  });

  test('in quotes are marked side by side and whole, also from one line to the next', () => {
    assert.deepEqual(marked(['only exit', 'exit only'], '"exit only"'), { 1: '[exit] [only]' });
    assert.deepEqual(marked(['no exit', 'only here'], '"exit only"'), { 0: 'no [exit]', 1: '[only] here' });
    assert.deepEqual(marked(['exits only'], '"exit only"'), {});
  });

  test('that a letter stands for several of are marked with the letter', () => {
    assert.deepEqual(marked(['5½ cups'], '5'), { 0: '[5½] cups' });
    assert.deepEqual(marked(['a ﬁne day 🚦'], 'fine'), { 0: 'a [ﬁne] day 🚦' });
  });

  test('stand in the middle of their excerpt', () => {
    const lines = matchingLines([`${'x '.repeat(60)}needle ${'y '.repeat(60)}`], searchTerms('needle'));
    const excerpt = excerptOf(lines, 80);
    const text = excerpt.map((piece) => piece.text).join('');
    assert.ok(text.startsWith('…') && text.length <= 81);
    assert.deepEqual(excerpt.find((piece) => piece.marked)?.text, 'needle');
  });
});
