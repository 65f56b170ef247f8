/** What two ways to write one label have in common: neither letter case nor blanks and hyphens count. */
export function spelling(label: string): string {
  return label
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ');
}
