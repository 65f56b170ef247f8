import '/vendor/chart/chart.umd.min.js';
import { bars, columns, intervals, times } from './chart-shapes.js';

const { Chart } = globalThis;
const DARK = matchMedia('(prefers-color-scheme: dark)');

let drawn = [];
drawAll();
// Colours are those of the page, and the page may turn dark while it is open.
DARK.addEventListener('change', drawAll);
new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ['data-theme'] });

function drawAll() {
  for (const chart of drawn) chart.destroy();
  const colours = readColours();
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.color = colours.quiet;
  drawn = [...document.querySelectorAll('canvas[data-chart]')].map((canvas) => {
    const make = { columns, bars, times, intervals }[canvas.dataset.chart];
    return new Chart(canvas, make(numbersOf(canvas), colours));
  });
}

/**
 * The numbers that a chart shows: they stand in a table on the same page.
 * @returns {import('./chart-shapes.js').Numbers}
 */
function numbersOf({ dataset }) {
  const table = document.getElementById(dataset.table);
  const rows = [...table.tBodies[0].rows].slice(0, Number(dataset.rows ?? Number.POSITIVE_INFINITY));
  const titles = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  return {
    names: rows.map(({ cells: [name] }) => name.dataset.name ?? name.textContent),
    columns: dataset.columns.split(',').map((column) => ({
      title: titles[column],
      values: rows.map(({ cells }) => Number(cells[column].dataset.value)),
    })),
  };
}

function readColours() {
  const probe = document.body.appendChild(document.createElement('span'));
  const resolve = (token) => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const accent = resolve('--accent');
  const colours = {
    accent,
    shades: [accent, faded(accent, 0.55), faded(accent, 0.28)],
    quiet: resolve('--ink-quiet'),
    line: resolve('--hairline'),
    ink: resolve('--ink'),
    surface: resolve('--surface'),
  };
  probe.remove();
  return colours;
}

function faded(colour, share) {
  return colour.replace(/^rgb\((.*)\)$/, `rgba($1, ${share})`);
}
