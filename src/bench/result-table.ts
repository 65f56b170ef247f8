/** One line of the result: a figure, what it is held against, and what it should come to. */
export interface ResultRow {
  measure: string;
  figure: string;
  /** What the figure is compared with, measured in the same run. */
  against: string;
  rawFigure: string;
  ratio: string;
  /** What is to be reached at least, and what is aimed at. */
  atLeast: string;
  aim: string;
}

const HEADINGS: ResultRow = {
  measure: 'measure',
  figure: 'figure',
  against: 'against',
  rawFigure: 'its figure',
  ratio: 'ratio',
  atLeast: 'at least',
  aim: 'aim',
};

/** Lays the rows out as a table in Markdown whose columns also line up in a terminal. */
export function formatTable(rows: readonly ResultRow[]): string {
  const columns = Object.keys(HEADINGS) as (keyof ResultRow)[];
  const widths = columns.map((column) => Math.max(...[HEADINGS, ...rows].map((row) => row[column].length)));
  const line = (row: ResultRow) =>
    `| ${columns.map((name, i) => row[name].padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(HEADINGS), rule, ...rows.map(line)].join('\n');
}

/** Milliseconds with as many digits as they are worth. */
export function inMilliseconds(ms: number): string {
  return `${ms.toFixed(ms < 100 ? 1 : 0)} ms`;
}

/** A ratio as `1.25x`. */
export function times(ratio: number): string {
  return `${ratio.toFixed(2)}x`;
}
