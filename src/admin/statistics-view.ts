import { STAGES, type Stage } from '../inference/analysis.ts';
import { type LabelAccuracy, LEAST_VERDICTS } from './accuracy.ts';
import type { LatencyStatistics } from './latency.ts';
import type { Percentiles } from './percentiles.ts';
import type { Statistics } from './statistics.ts';
import { lastDays, spellDay } from './statistics-service.ts';

/** Ranges that are one click away. */
const PRESETS = [7, 30, 90, 365];

/** How long the analyses of one engine took. */
export interface EngineLatency {
  engine: string;
  /** That it analysed. */
  photos: number;
  /** In the order of the work: one for each stage, and one for each version of a model in its stage. */
  rows: readonly { stage: string; model: string | null; photos: number; times: Percentiles }[];
}

const STAGE_NAMES: Readonly<Record<Stage, string>> = {
  decode: 'Decode',
  detect: 'Detect',
  read: 'Read text',
  total: 'Total',
};

/** The statistics as the overview of admins shows them. */
export interface StatisticsView {
  statistics: Statistics;
  presets: readonly { days: number; href: string; current: boolean }[];
  filter: { from: string; to: string; precision: string };
  errors: Partial<Record<string, string>>;
  latency: readonly EngineLatency[];
  accuracy: readonly (LabelAccuracy & { advice: string })[];
  /** Detections by the step of their score, from the lowest step on that has any. */
  scores: Statistics['scores'];
}

/** @param sent What stood in the fields, where they were refused. */
export function statisticsView(
  statistics: Statistics,
  errors: StatisticsView['errors'] = {},
  sent: Partial<StatisticsView['filter']> = {},
): StatisticsView {
  const { from, to, scores, latency, accuracy } = statistics;
  const precision = String(Math.round(accuracy.target * 1000) / 10);
  return {
    statistics,
    presets: PRESETS.map((count) => presetOf(count, from, to, precision)),
    filter: { from, to, precision, ...sent },
    errors,
    latency: byEngine(latency),
    accuracy: accuracy.labels.map((label) => ({ ...label, advice: adviceOn(label, precision) })),
    scores: scores.slice(
      Math.max(
        0,
        scores.findIndex(({ count }) => count > 0),
      ),
    ),
  };
}

function presetOf(
  count: number,
  from: string,
  to: string,
  precision: string,
): StatisticsView['presets'][number] {
  const range = lastDays(count);
  const [first, last] = [spellDay(range.from), spellDay(range.to)];
  return {
    days: count,
    href: `/admin?${new URLSearchParams({ from: first, to: last, precision })}`,
    current: first === from && last === to,
  };
}

function byEngine(latency: readonly LatencyStatistics[]): EngineLatency[] {
  const engines = new Set(latency.map(({ engine }) => engine));
  return [...engines].map((engine) => {
    const own = latency.filter((one) => one.engine === engine);
    return {
      engine,
      photos: own.find(({ stages }) => stages.total)?.photos ?? 0,
      rows: STAGES.flatMap((stage) =>
        own.flatMap(({ models, photos, stages }) => {
          const times = stages[stage];
          return times ? [{ stage: STAGE_NAMES[stage], model: inWords(models), photos, times }] : [];
        }),
      ),
    };
  });
}

/** As “object detector 1”; null for no model. */
function inWords(models: LatencyStatistics['models']): string | null {
  const [model] = Object.entries(models);
  return model ? `${model[0].replaceAll('_', ' ')} ${model[1]}` : null;
}

function adviceOn({ right, wrong, threshold }: LabelAccuracy, target: string): string {
  switch (threshold.state) {
    case 'found':
      return `${percent(threshold.value)} % are right (${percent(threshold.low)} to ${percent(threshold.high)} %), from ${threshold.verdicts} verdicts.`;
    case 'not_reached':
      return `${target} % is reached from no score on that has ${LEAST_VERDICTS} verdicts.`;
    case 'too_few_verdicts':
      return `Too few verdicts: ${right + wrong} of the ${LEAST_VERDICTS} that it takes.`;
  }
}

function percent(share: number): number {
  return Math.round(share * 100);
}
