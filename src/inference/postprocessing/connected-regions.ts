/** A text detector's answer: for each pixel the probability of text times 255. */
export interface ProbabilityMap {
  data: Uint8Array;
  width: number;
  height: number;
}

/** A horizontal run of pixels: row `y`, columns `start` (inclusive) to `end` (exclusive). */
export interface Run {
  y: number;
  start: number;
  end: number;
}

/** Pixels that touch each other, also at corners. */
export interface Region {
  runs: Run[];
}

/** Collects the pixels with at least the given value into connected regions, by joining the runs of neighbouring rows. */
export function connectedRegions(map: ProbabilityMap, threshold: number): Region[] {
  const runs: Run[] = [];
  const parents: number[] = [];
  let above = 0;
  for (let y = 0; y < map.height; y++) {
    const row = runs.length;
    findRuns(map, y, threshold, runs);
    for (let i = row; i < runs.length; i++) {
      parents.push(i);
    }
    let candidate = above;
    for (let i = row; i < runs.length; i++) {
      const run = runs[i];
      if (!run) break;
      while (candidate < row && (runs[candidate]?.end ?? 0) < run.start) candidate++;
      for (let j = candidate; j < row && (runs[j]?.start ?? Infinity) <= run.end; j++) {
        join(parents, i, j);
      }
    }
    above = row;
  }
  const regions = new Map<number, Region>();
  for (const [i, run] of runs.entries()) {
    const root = rootOf(parents, i);
    const region = regions.get(root);
    if (region) region.runs.push(run);
    else regions.set(root, { runs: [run] });
  }
  return [...regions.values()];
}

function findRuns({ data, width }: ProbabilityMap, y: number, threshold: number, runs: Run[]): void {
  const last = (y + 1) * width;
  for (let at = y * width; at < last; at++) {
    if ((data[at] ?? 0) < threshold) continue;
    const start = at;
    while (at < last && (data[at] ?? 0) >= threshold) at++;
    runs.push({ y, start: start - y * width, end: at - y * width });
  }
}

function rootOf(parents: number[], index: number): number {
  let root = index;
  for (let parent = parents[root]; parent !== undefined && parent !== root; parent = parents[root]) {
    parents[root] = parents[parent] ?? parent;
    root = parent;
  }
  return root;
}

function join(parents: number[], a: number, b: number): void {
  const [rootA, rootB] = [rootOf(parents, a), rootOf(parents, b)];
  parents[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
}
