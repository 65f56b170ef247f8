/**
 * Twelve colours that stay apart for people with the usual kinds of colour blindness
 * (Martin Krzywinski, "Designing for color blindness", the twelve-colour palette).
 */
export const LABEL_PALETTE = [
  '#9f0162',
  '#009f81',
  '#ff5aaf',
  '#00fccf',
  '#8400cd',
  '#008df9',
  '#00c2f9',
  '#ffb2fd',
  '#a40122',
  '#e20134',
  '#ff6e3a',
  '#ffc33b',
] as const;

/** Chosen so that the dozen labels met most often (person, car, dog, cat, chair, bottle …) all differ in colour. */
const SEED = 0x5fbead1f;

/** The colour of a label as `#rrggbb`: the same one in every picture, on every page and after every restart. */
export function labelColour(label: string): string {
  let hash = SEED;
  for (const byte of new TextEncoder().encode(label)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0; // FNV-1a
  }
  return LABEL_PALETTE[(hash >>> 8) % LABEL_PALETTE.length] ?? LABEL_PALETTE[0];
}

/** The colour for text that stands on a background of the given colour (`#rrggbb`): black or white, whichever contrasts more. */
export function inkOn(background: string): '#000000' | '#ffffff' {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(background.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  // WCAG's relative luminance; at 0.179 black and white contrast alike.
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? '#000000' : '#ffffff';
}
