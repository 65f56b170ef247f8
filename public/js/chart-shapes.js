// What each kind of chart is like: settings for Chart.js, made of numbers and of the colours of the page.

/** @typedef {{ names: string[], columns: { title: string, values: number[] }[] }} Numbers */
/** @typedef {{ accent: string, shades: string[], quiet: string, line: string, ink: string, surface: string }} Colours */

const CALM = matchMedia('(prefers-reduced-motion: reduce)');
/** Radius of a share's dot, in pixels. */
const DOT = 5;
const NAMED_TIMES = [1, 10, 100, 1000, 10_000, 100_000];
const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const compact = new Intl.NumberFormat('en', { notation: 'compact' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** An axis of counts. */
const counts = {
  beginAtZero: true,
  ticks: { precision: 0, maxTicksLimit: 5, callback: (value) => compact.format(value) },
};

/**
 * Upright columns: days, or steps of the score.
 * @param {Numbers} numbers
 * @param {Colours} colours
 */
export function columns({ names, columns: [{ title, values }] }, colours) {
  const dates = /^\d{4}-/.test(names[0]);
  const labels = dates ? names.map((name) => day.format(new Date(name))) : names;
  return {
    type: 'bar',
    data: {
      labels,
      datasets: [
        {
          label: title,
          data: values,
          backgroundColor: colours.accent,
          borderRadius: 2,
          categoryPercentage: 0.94,
          barPercentage: 0.94,
        },
      ],
    },
    options: options(colours, {
      scales: { x: { grid: { display: false }, ticks: { maxRotation: 0, autoSkipPadding: 16 } }, y: counts },
    }),
  };
}

/**
 * Lying bars, each with its name.
 * @param {Numbers} numbers
 * @param {Colours} colours
 */
export function bars({ names, columns: [{ title, values }] }, colours) {
  return {
    type: 'bar',
    data: {
      labels: names,
      datasets: [
        {
          label: title,
          data: values,
          backgroundColor: colours.accent,
          borderRadius: 2,
          categoryPercentage: 0.86,
        },
      ],
    },
    options: options(colours, {
      indexAxis: 'y',
      scales: { x: counts, y: { grid: { display: false }, ticks: { autoSkip: false } } },
    }),
  };
}

/**
 * Percentiles below each other; times lie so far apart that only their factors compare.
 * @param {Numbers} numbers
 * @param {Colours} colours
 */
export function times({ names, columns: series }, colours) {
  const legend = {
    display: true,
    position: 'bottom',
    labels: { boxWidth: 12, boxHeight: 12, color: colours.quiet },
  };
  const name = (milliseconds) =>
    milliseconds < 1000 ? `${number.format(milliseconds)} ms` : `${number.format(milliseconds / 1000)} s`;
  return {
    type: 'bar',
    data: {
      labels: names,
      datasets: series.map(({ title, values }, index) => ({
        label: title,
        data: values,
        backgroundColor: colours.shades[index],
        borderRadius: 2,
        maxBarThickness: 10,
      })),
    },
    options: options(colours, {
      plugins: {
        legend,
        tooltip: { callbacks: { label: ({ dataset, raw }) => `${dataset.label}: ${name(raw)}` } },
      },
      indexAxis: 'y',
      scales: {
        x: {
          type: 'logarithmic',
          ticks: { maxRotation: 0, callback: (value) => (NAMED_TIMES.includes(value) ? name(value) : null) },
        },
        y: { grid: { display: false }, ticks: { autoSkip: false } },
      },
    }),
  };
}

/**
 * A share in percent as a dot, its interval as a bar.
 * @param {Numbers} numbers
 * @param {Colours} colours
 */
export function intervals({ names, columns: [share, low, high] }, colours) {
  const ranges = names.map((_, row) => [low.values[row], high.values[row]]);
  const label = ({ dataIndex: row }) =>
    `${number.format(share.values[row])} % (${number.format(low.values[row])} to ${number.format(high.values[row])} %)`;
  return {
    type: 'bar',
    data: {
      labels: names,
      datasets: [
        {
          type: 'line',
          label: share.title,
          data: share.values,
          showLine: false,
          // A dot at either end of the axis is whole.
          clip: false,
          pointRadius: DOT,
          pointHoverRadius: DOT + 1,
          backgroundColor: colours.accent,
          borderColor: colours.accent,
        },
        {
          label: 'Interval',
          data: ranges,
          backgroundColor: colours.shades[2],
          borderRadius: 4,
          borderSkipped: false,
          maxBarThickness: 12,
        },
      ],
    },
    options: options(colours, {
      indexAxis: 'y',
      plugins: { tooltip: { callbacks: { label } } },
      scales: {
        x: {
          min: Math.floor(Math.min(...low.values) / 10) * 10,
          max: 100,
          ticks: { callback: (value) => `${value} %` },
        },
        y: { grid: { display: false }, ticks: { autoSkip: false, padding: 2 * DOT } },
      },
    }),
  };
}

/** What all charts have, with what one has besides. */
function options({ quiet, line, ink, surface }, changes) {
  return {
    maintainAspectRatio: false,
    animation: CALM.matches ? false : { duration: 250 },
    ...changes,
    plugins: {
      legend: { display: false, ...changes.plugins?.legend },
      tooltip: {
        backgroundColor: ink,
        titleColor: surface,
        bodyColor: surface,
        padding: 10,
        displayColors: false,
        ...changes.plugins?.tooltip,
      },
    },
    scales: Object.fromEntries(
      Object.entries(changes.scales).map(([axis, scale]) => [
        axis,
        {
          border: { display: false },
          ...scale,
          grid: { color: line, ...scale.grid },
          ticks: { color: quiet, ...scale.ticks },
        },
      ]),
    ),
  };
}
