import { JSONParser, TokenType } from '@streamparser/json';
import { AppError } from '../errors.ts';

/** Longest text of one element, in characters: a polygon of a very detailed outline has some tens of thousands. */
const LONGEST_ELEMENT = 4 * 1024 * 1024;

/** Objects and arrays that may stand in one another: the outlines of COCO need five. */
const DEEPEST = 32;

/** One element of an array that stands directly in the outermost object. */
export interface JsonElement {
  /** Name of the array. */
  key: string;
  value: unknown;
}

/**
 * Reads JSON of any length piece by piece: an object with long arrays in it, of which only the elements of the named ones are
 * given, in their order. Of an element's members of one name the last counts.
 *
 * @param begun Is told the name of each of these arrays as it begins, of an empty one too.
 * @throws {AppError} `invalid_input` when it is no such JSON or has one of the named arrays twice, when more than 32 objects and
 *   arrays stand in one another, and when an element, or a string anywhere, has more than some four million characters.
 */
export async function* jsonElements(
  text: AsyncIterable<string>,
  wanted: readonly string[],
  begun: (key: string) => void = () => {},
): AsyncGenerator<JsonElement> {
  const parser = new JSONParser({ paths: wanted.map((key) => `$.${key}.*`), keepStack: false });
  const seen = new Set<string>();
  const found: JsonElement[] = [];
  let key = '';
  let depth = 0;
  /** Characters since the parser last had nothing to keep: it sets itself no bound. */
  let gathered = 0;
  parser.onToken = ({ token, value }) => {
    if (depth === 0 && token !== TokenType.LEFT_BRACE) throw malformed();
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) depth += 1;
    else if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) depth -= 1;
    else if (depth === 1 && token === TokenType.STRING) key = String(value);
    else if (depth === 1 && token === TokenType.COLON && wanted.includes(key)) {
      if (seen.has(key)) throw refused(`The JSON has “${key}” twice.`);
      seen.add(key);
    }
    if (token === TokenType.LEFT_BRACKET && depth === 2 && wanted.includes(key)) begun(key);
    if (depth > DEEPEST) throw refused('The JSON is nested too deeply.');
    if (depth <= 2 || !wanted.includes(key)) gathered = 0;
  };
  parser.onValue = ({ value, parent }) => {
    if (Array.isArray(parent)) found.push({ key, value });
  };
  for await (const chunk of text) {
    gathered += chunk.length;
    try {
      parser.write(chunk);
    } catch (error) {
      throw error instanceof AppError ? error : malformed(error);
    }
    if (gathered > LONGEST_ELEMENT) throw refused('The JSON has an element that is too long.');
    yield* found.splice(0);
  }
  if (!parser.isEnded) throw malformed();
}

function malformed(cause?: unknown): AppError {
  return refused('The JSON is malformed, or cut off.', cause);
}

function refused(message: string, cause?: unknown): AppError {
  return new AppError('invalid_input', message, { cause });
}
