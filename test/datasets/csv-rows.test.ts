import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { describe, test } from 'node:test';
import { type CsvCell, csvLines, csvRows, textIn } from '../../src/datasets/csv-rows.ts';

const ROWS: CsvCell[][] = [
  ['plain', 0, -5, 1e21, 0.1, null],
  ['', '7', '-5', '=1+1', '+1', '@x'],
  ["'", "''=1", "'quoted'", '＝1', '\t', '\r'],
  ['"', 'a,b', 'two\nlines', 'two\r\nlines', '"",""\n', 'ÄÖ ☃ 😀'],
  [null, null, null, null, null, null],
];

async function* pieces(text: string, length: number): AsyncGenerator<string> {
  const characters = [...text];
  for (let at = 0; at < characters.length; at += length) yield characters.slice(at, at + length).join('');
}

async function read(text: string, length = 1000): Promise<string[][]> {
  const rows: string[][] = [];
  for await (const row of csvRows(pieces(text, length))) rows.push(row);
  return rows;
}

describe('rows of CSV', () => {
  test('quote text, also what looks like a number, and nothing else', () => {
    assert.equal(csvLines([['1', 1, null, '', 'a"b']]), '"1",1,,"","a""b"\n');
  });

  test('have no cell that a spreadsheet would run', () => {
    assert.equal(csvLines([['=1', '+1', '-1', '@1', '\t1', '＝1', -1]]).match(/"'/g)?.length, 6);
  });

  for (const length of [1, 2, 7, 1000]) {
    test(`are read as they were written, ${length} characters at a time`, async () => {
      const rows = await read(csvLines(ROWS), length);
      const written = ROWS.map((row) => row.map((cell) => (cell === null ? '' : String(cell))));
      assert.deepEqual(
        rows.map((row) => row.map(textIn)),
        written,
      );
      assert.deepEqual(rows[0]?.slice(1, 5).map(Number), ROWS[0]?.slice(1, 5));
    });
  }

  test('are refused wherever they are cut off within a row', async () => {
    const text = csvLines([
      ['two\nlines', 12, 'x'],
      ['b', null, 34],
    ]);
    const whole = [0, text.indexOf('"b"'), text.length];
    for (let end = 0; end <= text.length; end++) {
      const reading = read(text.slice(0, end));
      if (whole.includes(end)) await reading;
      else await assert.rejects(reading, { code: 'invalid_input' }, text.slice(0, end));
    }
  });

  test('are refused where they are no CSV of ours', async () => {
    for (const text of ['"a"b\n', '"a",1\n"b"\n', '"a",1\n\n']) {
      await assert.rejects(read(text), { code: 'invalid_input' }, text);
    }
  });

  test('are refused when one has no end, before they fill the memory', async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<string> {
      yield '"';
      for (; given < 200; given++) yield 'x'.repeat(1024 * 1024);
    }
    await assert.rejects(csvRows(endless()).next(), { code: 'invalid_input' });
    assert.ok(given < 10, `${given} MB`);
  });

  test('tell why their source failed, and let go of it when they are not read to the end', async () => {
    async function* failing(): AsyncGenerator<string> {
      yield '"a"\n';
      throw new Error('the disk is broken');
    }
    await assert.rejects(async () => {
      for await (const _ of csvRows(failing()));
    }, /the disk is broken/);
    const closed = new EventEmitter();
    const isClosed = once(closed, 'closed');
    async function* long(): AsyncGenerator<string> {
      try {
        for (;;) yield '"a",1\n'.repeat(1000);
      } finally {
        closed.emit('closed');
      }
    }
    for await (const row of csvRows(long())) {
      assert.deepEqual(row, ['a', '1']);
      break;
    }
    await isClosed;
  });
});
