import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type JsonElement, jsonElements } from '../../src/datasets/json-elements.ts';

const MB = 1024 * 1024;
const WANTED = ['images', 'categories'];

async function* pieces(text: string, length: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += length) yield text.slice(at, at + length);
}

async function read(text: string, length = 1000): Promise<[string, unknown][]> {
  const elements: JsonElement[] = [];
  for await (const element of jsonElements(pieces(text, length), WANTED)) elements.push(element);
  return elements.map(({ key, value }) => [key, value]);
}

const DOCUMENT = {
  info: { images: [1], categories: ['no'], deep: [[[{ images: [2] }]]] },
  name: 'images',
  images: [
    { id: 1, name: 'a"]}\\,[{ ☃ 😀 \u0007', box: [1.5, -2e-7, [[]], {}] },
    [3],
    'text',
    null,
    true,
    -0.5,
  ],
  other: [{ images: [4] }, 5],
  categories: [],
};

/** What is no such JSON, and what is said of it. */
const REFUSED: Record<string, RegExp> = {
  '': /malformed, or cut off/,
  '[{"images": [1]}]': /malformed/,
  '"images"': /malformed/,
  '{"images": [1, 2': /malformed/,
  '{"images": [1, 2]': /malformed/,
  '{"images": [1, {"id": "a': /malformed/,
  '{"other': /malformed/,
  '{"images"': /malformed/,
  '{"images": [1,]}': /malformed/,
  '{"images": [}': /malformed/,
  '{"images": [1}]': /malformed/,
  '{"images": [1]}}': /malformed/,
  '{"images": [1]} [': /malformed/,
  '{images: [1]}': /malformed/,
  '{"other": tru, "images": [1]}': /malformed/,
  '{"images": [1], "other": [], "images": [2]}': /has “images” twice/,
};

/** What begins well and goes on without an end, in what it is refused with. */
const ENDLESS: Record<string, [begin: string, piece: string, says: RegExp]> = {
  'a string in an element': ['{"images": [{"name": "', 'x', /too long/],
  'an element': ['{"images": [{"segmentation": [', '1.5,', /too long/],
  'a number': ['{"images": [', '1', /too long/],
  'a name': ['{"', 'x', /too long/],
  'blanks in an element': ['{"images": [{"id": 1', ' ', /too long/],
  'a string that nobody asked for': ['{"other": ["', 'x', /too long/],
  'arrays within arrays in an element': ['{"images": [', '[', /too deeply/],
  'arrays within arrays that nobody asked for': ['{"other": ', '[', /too deeply/],
  'objects within objects': ['{"other": ', '{"a":', /too deeply/],
};

describe('elements of JSON', () => {
  for (const length of [1, 3, 1000]) {
    test(`are those of the named arrays, in their order, ${length} characters at a time`, async () => {
      for (const indent of [0, 2]) {
        const elements = await read(JSON.stringify(DOCUMENT, null, indent), length);
        assert.deepEqual(
          elements,
          DOCUMENT.images.map((value) => ['images', value]),
        );
      }
    });
  }

  test('are none where a name is that of something else', async () => {
    assert.deepEqual(await read('{"images": {"a": [1], "b": 2}, "categories": "images"}'), []);
    assert.deepEqual(await read(' {} \n'), []);
  });

  test('may have any keys, of which the last of equal ones counts', async () => {
    const [[, value] = []] = await read(
      '{"__proto__": [1], "constructor": {"prototype": 1}, "images": [{"__proto__": {"evil": 1}, "id": 1, "id": 2}]}',
    );
    assert.deepEqual(Object.entries(value ?? {}), [
      ['__proto__', { evil: 1 }],
      ['id', 2],
    ]);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.equal('evil' in {}, false);
  });

  for (const [text, message] of Object.entries(REFUSED)) {
    test(`are refused with what is wrong: ${text}`, async () => {
      for (const length of [1, 1000]) {
        await assert.rejects(read(text, length), { code: 'invalid_input', message });
      }
    });
  }

  for (const [what, [begin, piece, message]] of Object.entries(ENDLESS)) {
    test(`are refused before they fill the memory: ${what}`, async () => {
      let given = 0;
      async function* endless(): AsyncGenerator<string> {
        yield begin;
        for (; given < 100 * MB; given += 64 * 1024) yield piece.repeat((64 * 1024) / piece.length);
      }
      await assert.rejects(jsonElements(endless(), WANTED).next(), { code: 'invalid_input', message });
      assert.ok(given < 5 * MB, `${given} characters`);
    });
  }

  test('leave nothing in memory, nor does what nobody asked for', async () => {
    async function* long(): AsyncGenerator<string> {
      yield '{"other": {"members": [{}';
      for (let i = 0; i < 50; i++) yield ',{}'.repeat(10_000);
      yield ']}';
      for (let i = 0; i < 10_000; i++) yield `,"${i}":{}`;
      yield ',"images": [{}';
      for (let i = 0; i < 50; i++) yield ',{}'.repeat(10_000);
      yield ' '.repeat(1000);
      kept = heapUsed();
      yield ']}';
    }
    let kept = 0;
    const before = heapUsed();
    let count = 0;
    for await (const { key } of jsonElements(long(), WANTED)) count += key === 'images' ? 1 : 0;
    assert.equal(count, 500_001);
    assert.ok(kept - before < 10 * MB, `${Math.round((kept - before) / MB)} MB`);
  });
});

/** Bytes, without what nobody holds any more. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}
