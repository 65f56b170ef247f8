const ACCENTS = /[\u0300-\u036f]/g;

/**
 * Text as it is compared when something is looked for: without letter case, accents and the variants of one letter,
 * so that `STRASSE` finds `Straße` and `ete` finds `Été`. Both databases search what this makes, and so agree.
 */
export function foldText(text: string): string {
  return (
    text
      .normalize('NFKD')
      .replace(ACCENTS, '')
      // By way of capitals: one small letter may stand for two, and two forms of a small letter for one.
      .toUpperCase()
      .toLowerCase()
      .replaceAll('ς', 'σ')
      .normalize('NFC')
  );
}
