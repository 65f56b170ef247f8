const LONGEST = 200;
const FALLBACK = 'photo';

// Control characters, and the marks that turn the direction of text around: they can make `gpj.exe` read `exe.jpg`.
const UNSEEN = /[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]/gu;

/**
 * The name of an uploaded file, fit to be shown: without folders, control characters and tricks of text
 * direction, at most 200 characters. It is never used as a path.
 */
export function displayName(sent: string): string {
  const last = sent.toWellFormed().split(/[\\/]/).at(-1) ?? '';
  // Composed last: what is unseen can stand between a letter and its accent.
  const seen = last.replace(UNSEEN, '').normalize('NFC').trim();
  if (seen.length <= LONGEST) return seen || FALLBACK;
  const extension = /\.\w{1,8}$/.exec(seen)?.[0] ?? '';
  return (
    seen
      .slice(0, LONGEST - extension.length - 1)
      .toWellFormed()
      .trimEnd() +
    '…' +
    extension
  );
}
