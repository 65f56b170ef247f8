/** Which characters the recogniser tells apart: those of Latin scripts, or all of the source's 6,623. */
export const CHARSETS = ['latin', 'full'] as const;
export type Charset = (typeof CHARSETS)[number];

/** The classes of a recogniser that are kept, and what each stands for. */
export interface CharacterClasses {
  /** Class in the source, by class in the result. */
  sources: number[];
  /** Text, by class in the result; the first is the blank, the last the space. */
  characters: string[];
}

/** Typographic signs beyond ASCII that occur in Latin texts. */
const SIGNS = new Set('‘’“”—…·•°§±×÷²®™№«»‰¥');

/** Signs of currency that the source knows in the wide form of East Asian type, and what Latin texts write. */
const WIDE_CURRENCIES = new Map([
  ['￥', '¥'],
  ['￡', '£'],
  ['￠', '¢'],
]);

/**
 * Says which classes of a PP-OCR recogniser are kept, in the source's order.
 *
 * @param dictionary The source's characters, one a line, in the order of its classes, without the blank that comes
 * before them and the space that comes behind.
 */
export function chooseClasses(dictionary: string, charset: Charset): CharacterClasses {
  const lines = dictionary.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const classes = ['', ...lines, ' '].map((character, source) => ({ character, source }));
  const last = classes.length - 1;
  const kept = classes.filter(
    ({ character, source }) => charset === 'full' || source === 0 || source === last || isLatin(character),
  );
  return {
    sources: kept.map(({ source }) => source),
    characters: kept.map(({ character }) =>
      charset === 'latin' ? (WIDE_CURRENCIES.get(character) ?? character) : character,
    ),
  };
}

function isLatin(character: string): boolean {
  return (
    /^(?:[!-~]|[\u00c0-\u024f])$/u.test(character) || SIGNS.has(character) || WIDE_CURRENCIES.has(character)
  );
}
