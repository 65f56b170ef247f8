import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { filterChips, galleryHref } from '../../src/photos/gallery-view.ts';
import type { Operator, PhotoFilter } from '../../src/photos/photo-filter.ts';
import { galleryListSchema } from '../../src/photos/photo-schemas.ts';
import { LONGEST_QUERY, parseSearchQuery, QueryError } from '../../src/photos/search-query.ts';
import { queryOf } from '../../src/photos/search-query-text.ts';
import { searchTerms } from '../../src/photos/searched-text.ts';

const LABELS = ['person', 'bus', 'dog', 'hot dog', 'stop sign', 'traffic light', 'teddy bear'];

function some(label: string, operator: Operator = '>=', value = 1) {
  return { label, counts: [{ operator, value }] };
}

/** What each query means. */
const UNDERSTOOD: Record<string, PhotoFilter> = {
  '': {},
  '   ': {},
  bus: { labels: [some('bus')] },
  BUS: { labels: [some('bus')] },
  'bus bus': { labels: [some('bus')] },
  'bus person': { labels: [some('bus'), some('person')] },
  'person>2': { labels: [some('person', '>', 2)] },
  'person >= 2': { labels: [some('person', '>=', 2)] },
  'person<3 person>1': {
    labels: [
      {
        label: 'person',
        counts: [
          { operator: '<', value: 3 },
          { operator: '>', value: 1 },
        ],
      },
    ],
  },
  'person=0': { labels: [some('person', '=', 0)] },
  '"stop sign"': { labels: [some('stop sign')] },
  'stop-sign': { labels: [some('stop sign')] },
  'stop_sign>1': { labels: [some('stop sign', '>', 1)] },
  '"Stop  Sign"<=4': { labels: [some('stop sign', '<=', 4)] },
  'stop sign': { labels: [some('stop sign')] },
  'hot dog': { labels: [some('hot dog')] },
  'hot dogs': { text: 'hot dogs' },
  'dog hot': { labels: [some('dog')], text: 'hot' },
  '-dog': { without: ['dog'] },
  '-"traffic light" bus': { labels: [some('bus')], without: ['traffic light'] },
  '-traffic light': { without: ['traffic light'] },
  'score>0.6': { scores: [{ operator: '>', value: 0.6 }] },
  'score >= .5 score<=90%': {
    scores: [
      { operator: '>=', value: 0.5 },
      { operator: '<=', value: 0.9 },
    ],
  },
  invoice: { text: 'invoice' },
  'total 12:30': { text: 'total 12:30' },
  'text:bus': { text: 'bus' },
  'text:"stop sign" exit': { text: '"stop sign" exit' },
  '"no label at all"': { text: '"no label at all"' },
  '"open to the end': { text: '"open to the end"' },
  'Text: Überweisung': { text: 'Überweisung' },
  'text:a=b': { text: 'a=b' },
  score: { text: 'score' },
  'after:2026-01-01 before: 2026-02-01': { from: new Date('2026-01-01'), before: new Date('2026-02-01') },
  'after:2026-01-01 after:2026-01-05': { from: new Date('2026-01-05') },
  'after:2026-01-01T12:00:00+02:00': { from: new Date('2026-01-01T10:00:00Z') },
  'bus person>2 text:"stop sign" score>0.6 after:2026-01-01': {
    labels: [some('bus'), some('person', '>', 2)],
    text: '"stop sign"',
    scores: [{ operator: '>', value: 0.6 }],
    from: new Date('2026-01-01'),
  },
};

/** A filter with what is looked for in the text in place of how that was written. */
function meaning({ text, ...filter }: PhotoFilter) {
  return { ...filter, terms: text === undefined ? [] : searchTerms(text) };
}

/** Filters as addresses of the gallery give them. */
const ADDRESSES: Record<string, string>[] = [
  { text: 'total <5 kg' },
  { text: '>5' },
  { text: 'a<b =c d> e>= <' },
  { text: '"stop', q: 'exit' },
  { text: 'stop"', q: '"exit" score>0.5' },
  { text: '-dog score: text: after: "a > b" 12:30' },
  { q: 'wonderful '.repeat(25) },
  { text: 'x'.repeat(390) },
  { text: 'word '.repeat(38), q: '-dog' },
  { minScore: '0.0000001' },
  { minScore: '.00000123', q: '-dog' },
  { q: 'score>0.0000001 score<=12.5%' },
  { to: '9999-12-31' },
  { to: '9999-12-31', q: 'dog -bus' },
  { q: 'before:9999-12-31T23:59:59-05:00 after:0000-01-01T00:00:00+05:00' },
  { from: '0000-01-01', to: '2026-01-01T12:00:00.5+02:00', q: '-dog' },
  { from: '2026-01-01', to: '2026-01-01', label: 'Stop-Sign', q: 'stop-sign<3 dog=0 -"hot dog"' },
  { label: 'dog', text: 'text', q: 'person>2 person<9' },
];

/** What no query can say. */
const REFUSED_ADDRESSES: Record<string, Record<string, string>> = {
  to: { from: '2026-02-01', to: '2026-01-01' },
  q: { from: '2026-02-01', q: 'before:2026-01-01' },
  text: { text: 'word '.repeat(60) },
};

/** What each query is refused with. */
const REFUSED: Record<string, RegExp> = {
  'persn>2': /“persn” is no label\. Did you mean “person”\?/,
  'buses>1': /“buses” is no label\. Did you mean “bus”\?/,
  '-dgo': /“dgo” is no label\. Did you mean “dog”\?/,
  '-"stop sing"': /“stop sing” is no label\. Did you mean “stop sign”\?/,
  'pesron=1': /Did you mean “person”\?/,
  'Persons>1': /Did you mean “person”\?/,
  'odg>1': /Did you mean “dog”\?/,
  'helicopter=1': /^“helicopter” is no label\.$/,
  'fox=1': /^“fox” is no label\.$/,
  'befor:2026-01-01': /“befor:” is not known\. Did you mean “before”\?/,
  'https://example.org': /“https:” is not known.*put it in quotes/,
  'after:yesterday': /“after:yesterday”: after: takes a day as YYYY-MM-DD/,
  'before:2026-02-30': /takes a day as YYYY-MM-DD/,
  'bus after:': /“after:” has nothing behind it/,
  'score:0.6': /“score:0\.6”: a score is compared/,
  'score>2': /“score>2”: a score is above or below a number from 0 to 1/,
  'score=0.5': /a score is above or below/,
  'score>': /a score is above or below/,
  'person>': /“person>”: how many there are is a whole number/,
  'person>1.5': /how many there are is a whole number/,
  'person<0': /never fewer than none/,
  '-person>2': /a minus stands before a label alone/,
  '-text:exit': /a minus stands before a label alone/,
  'bus > dog': /“bus > dog”: how many/,
  '> 3': /“>” does not follow a label/,
  '&': /“&” has no letter or digit/,
  '""': /has no letter or digit/,
  'after:2026-02-01 before:2026-01-01': /No time is both after and before/,
};

describe('a search query', () => {
  for (const [query, filter] of Object.entries(UNDERSTOOD)) {
    test(`means what it says: ${query}`, () => {
      const read = parseSearchQuery(query, LABELS);
      assert.deepEqual(read, filter);
      const again = parseSearchQuery(queryOf(read), LABELS);
      assert.deepEqual(meaning(again), meaning(read), 'written and read again');
    });
  }

  for (const [query, message] of Object.entries(REFUSED)) {
    test(`is refused by name: ${query}`, () => {
      assert.throws(
        () => parseSearchQuery(query, LABELS),
        (error) => error instanceof QueryError && message.test(error.message),
      );
    });
  }

  test('has bounds', () => {
    assert.throws(() => parseSearchQuery('a'.repeat(401), LABELS), QueryError);
    // Written with “text:” before each word.
    assert.throws(() => parseSearchQuery('ninety '.repeat(40), LABELS), /too long/);
    const many = Array.from({ length: 9 }, (_, i) => `label ${String.fromCharCode(97 + i)}`);
    assert.throws(() => parseSearchQuery(many.join(' '), many), /at most 8 labels/);
  });

  for (const address of ADDRESSES) {
    test(`is read again from the addresses that the gallery makes of it: ${JSON.stringify(address)}`, () => {
      const schema = galleryListSchema(LABELS);
      const { filter } = schema.parse(address);
      assert.ok(queryOf(filter).length <= LONGEST_QUERY);
      assert.deepEqual(meaning(parseSearchQuery(queryOf(filter), LABELS)), meaning(filter));
      const href = new URL(galleryHref(filter, 'newest', { cursor: 'WzFd' }), 'http://site.invalid');
      const again = schema.parse(Object.fromEntries(href.searchParams));
      assert.deepEqual(meaning(again.filter), meaning(filter));
      assert.equal(again.page.cursor, 1);
      // Each of its conditions, as a chip takes the others away.
      for (const chip of filterChips(filter, 'newest')) {
        const { searchParams } = new URL(chip.removeHref, 'http://site.invalid');
        schema.parse(Object.fromEntries(searchParams));
      }
    });
  }

  for (const [field, address] of Object.entries(REFUSED_ADDRESSES)) {
    test(`is refused at once where no query says it: ${JSON.stringify(address).slice(0, 60)}`, () => {
      const { error } = galleryListSchema(LABELS).safeParse(address);
      assert.deepEqual(
        error?.issues.map(({ path }) => path),
        [[field]],
      );
    });
  }

  test('takes the labels of any detector as they are', () => {
    const odd = ['C++ (book)', 'a.b', '-minus'];
    for (const label of odd) assert.deepEqual(parseSearchQuery(`"${label}"`, odd), { labels: [some(label)] });
    assert.deepEqual(parseSearchQuery('a.b axb', odd), { labels: [some('a.b')], text: 'axb' });
  });

  test('is read quickly, whatever it is', () => {
    const begun = performance.now();
    for (const piece of ['"', '-', '>', 'a:', 'stop ', '- "', '=<>', 'x"y'])
      try {
        parseSearchQuery(piece.repeat(400 / piece.length), LABELS);
      } catch (error) {
        assert.ok(error instanceof QueryError);
      }
    assert.ok(performance.now() - begun < 5000);
  });
});
