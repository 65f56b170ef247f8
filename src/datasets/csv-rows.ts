import { pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { csvText } from '../csv-text.ts';
import { AppError } from '../errors.ts';

export type CsvCell = string | number | null;

/** Before text that a spreadsheet would run; text that begins with one of its own gets a second, so that both are read again. */
const MARK = "'";

/** Longest row, in characters: its longest cell is a line of text, or a name. */
const LONGEST_ROW = 4 * 1024 * 1024;

/** Text is always quoted, numbers are not, null is an empty cell; `csvRows` reads it again. */
export function csvLines(rows: CsvCell[][]): string {
  const marked = (text: string) => (text.startsWith(MARK) ? MARK + text : text);
  return csvText(rows, { quoted_string: true, cast: { string: marked } });
}

/**
 * Reads what `csvLines` wrote, of any length: `textIn` a cell is the text it was made of, a number is as it is written, and
 * null is empty. Which of these a cell is, its column tells.
 * @throws {AppError} `invalid_input` when it is malformed, or ends within a row.
 */
export async function* csvRows(text: AsyncIterable<string>): AsyncGenerator<string[]> {
  const rows = parse({ record_delimiter: '\n', max_record_size: LONGEST_ROW });
  // What fails is told by the rows.
  pipeline(whole(text), rows, () => undefined);
  try {
    yield* rows as AsyncIterable<string[]>;
  } catch (error) {
    throw error instanceof CsvError ? malformed(error) : error;
  }
}

/** The text that a cell was made of. */
export function textIn(cell: string): string {
  return cell.startsWith(MARK) ? cell.slice(MARK.length) : cell;
}

/** The last row may be cut off within a number, and so look like a row. */
async function* whole(text: AsyncIterable<string>): AsyncGenerator<string> {
  let last = '\n';
  for await (const chunk of text) {
    last = chunk.at(-1) ?? last;
    yield chunk;
  }
  if (last !== '\n') throw malformed();
}

function malformed(cause?: unknown): AppError {
  return new AppError('invalid_input', 'The CSV is malformed, or cut off.', { cause });
}
