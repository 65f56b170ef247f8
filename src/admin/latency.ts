import { STAGE_OF_MODEL, STAGES, type Stage } from '../inference/analysis.ts';
import type { ModelName } from '../inference/model-manifest.ts';
import { readModels } from '../photos/daily-count.ts';
import { type Percentiles, percentilesOf } from './percentiles.ts';

/** How many photos took how long for a stage of their analysis. */
export interface TimingCount {
  engine: string;
  /** Those that took part, as `spellModels` spells them. */
  models: string;
  stage: Stage;
  bucket: number;
  count: number;
}

/**
 * How long one engine took: one version of a model for the stage that it works in, or all of them for the decoding of
 * photos and for whole analyses.
 */
export interface LatencyStatistics {
  engine: string;
  /** The version by the name of the one model; empty for decoding and whole analyses. */
  models: Readonly<Record<string, string>>;
  /** That the model worked on, or that were analysed. */
  photos: number;
  /** Null for the stages that are not this model's. */
  stages: Readonly<Record<Stage, Percentiles | null>>;
}

interface Share {
  engine: string;
  /** Null for decoding and whole analyses. */
  model: ModelName | null;
  version: string;
  /** Photos by bucket. */
  counts: Map<Stage, Map<number, number>>;
}

const MODELS = Object.keys(STAGE_OF_MODEL) as ModelName[];

/**
 * Times by engine, model and version, whatever other models took part: a photo without text never meets the recognizer,
 * and counts for the same detector. The engine with the most photos comes first; of each the whole, then its models in the
 * order in which a photo meets them, and of their versions that with the most photos.
 */
export function latencyOf(timings: readonly TimingCount[]): LatencyStatistics[] {
  const shares = new Map<string, Share>();
  for (const { engine, models, stage, bucket, count } of timings) {
    for (const [model, version] of takersOf(stage, models)) {
      const key = JSON.stringify([engine, model, version]);
      const share = shares.get(key) ?? { engine, model, version, counts: new Map() };
      const buckets = share.counts.get(stage) ?? new Map<number, number>();
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + count);
      share.counts.set(stage, buckets);
      shares.set(key, share);
    }
  }
  const wholes = new Map(
    [...shares.values()]
      .filter(({ model }) => model === null)
      .map((share) => [share.engine, photosOf(share)] as const),
  );
  const order = (a: Share, b: Share) =>
    (wholes.get(b.engine) ?? 0) - (wholes.get(a.engine) ?? 0) ||
    a.engine.localeCompare(b.engine) ||
    placeOf(a) - placeOf(b) ||
    photosOf(b) - photosOf(a) ||
    a.version.localeCompare(b.version);
  return [...shares.values()].sort(order).map(statisticsOf);
}

/** Whose time a stage's is: its models', all of which worked in it; null stands for the whole. */
function takersOf(stage: Stage, spelled: string): [ModelName | null, string][] {
  const working = MODELS.filter((model) => STAGE_OF_MODEL[model] === stage);
  if (working.length === 0) return [[null, '']];
  const versions = readModels(spelled);
  return working.flatMap((model): [ModelName, string][] => {
    const version = versions[model];
    return version === undefined ? [] : [[model, version]];
  });
}

function statisticsOf(share: Share): LatencyStatistics {
  const { engine, model, version, counts } = share;
  const stages = STAGES.map((stage) => {
    const buckets = counts.get(stage);
    return [stage, buckets ? percentilesOf(buckets) : null] as const;
  });
  return {
    engine,
    models: model === null ? {} : { [model]: version },
    photos: photosOf(share),
    stages: Object.fromEntries(stages) as LatencyStatistics['stages'],
  };
}

function photosOf({ model, counts }: Share): number {
  const buckets = counts.get(model === null ? 'total' : STAGE_OF_MODEL[model]) ?? new Map<number, number>();
  return [...buckets.values()].reduce((sum, count) => sum + count, 0);
}

function placeOf({ model }: Share): number {
  return model === null ? -1 : MODELS.indexOf(model);
}
