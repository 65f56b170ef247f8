const LINE = 78;

/** Breaks a paragraph into lines of the length that mails have; a word that is longer, such as a link, stays whole. */
export function wrapped(paragraph: string, longest = LINE): string {
  const lines = [''];
  for (const word of paragraph.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > longest) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join('\n');
}

/** What somebody wrote, line by line as theirs. */
export function quoted(text: string): string {
  return text
    .split('\n')
    .flatMap((line) => wrapped(line, LINE - '> '.length).split('\n'))
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}
