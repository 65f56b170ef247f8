import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';

interface Chart {
  data: { datasets: Record<string, unknown>[] };
  options: { plugins: { tooltip: Record<string, unknown>; legend: Record<string, unknown> } };
}

const SCRIPT = new URL('../../public/js/chart-shapes.js', import.meta.url).href;
const COLOURS = {
  accent: '#111111',
  shades: ['#222222', '#333333', '#444444'],
  quiet: '#555555',
  line: '#666666',
  ink: '#777777',
  surface: '#888888',
};
const NUMBERS = {
  names: ['dog', 'cat'],
  columns: ['Share', 'Low', 'High'].map((title) => ({ title, values: [50, 90] })),
};

describe('shapes of charts', () => {
  let shapes: Record<string, (numbers: typeof NUMBERS, colours: typeof COLOURS) => Chart>;

  before(async () => {
    Object.assign(globalThis, { matchMedia: () => ({ matches: true }) });
    shapes = await import(SCRIPT);
  });

  test('all have tooltips in the colours of the page, also where these say something of their own', () => {
    assert.deepEqual(Object.keys(shapes).sort(), ['bars', 'columns', 'intervals', 'times']);
    for (const [name, shape] of Object.entries(shapes)) {
      const { tooltip } = shape(NUMBERS, COLOURS).options.plugins;
      assert.deepEqual([tooltip.backgroundColor, tooltip.titleColor], [COLOURS.ink, COLOURS.surface], name);
      assert.equal('callbacks' in tooltip, ['intervals', 'times'].includes(name), name);
    }
  });

  test('a share of 0 or of 100 % is a whole dot, though it stands on the edge', () => {
    const [dots] = shapes.intervals?.(NUMBERS, COLOURS).data.datasets ?? [];
    assert.deepEqual([dots?.label, dots?.clip], ['Share', false]);
  });

  test('only those of several columns have a legend', () => {
    for (const [name, shape] of Object.entries(shapes)) {
      assert.equal(shape(NUMBERS, COLOURS).options.plugins.legend.display, name === 'times', name);
    }
  });
});
