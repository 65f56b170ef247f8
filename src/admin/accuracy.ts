/** What owners said of the detections of one label that have a score from `score` to a hundredth above it. */
export interface VerdictCount {
  label: string;
  /** 0 to 1, in whole hundredths. */
  score: number;
  right: number;
  wrong: number;
}

/** A share, with the interval in which the true one lies with 95 % certainty. */
export interface Share {
  /** 0 to 1. */
  value: number;
  low: number;
  high: number;
}

/** From where on detections would be as precise as is asked. */
export type Threshold =
  | ({ state: 'found'; score: number; verdicts: number } & Share)
  /** Nowhere, as far as enough verdicts tell. */
  | { state: 'not_reached' }
  | { state: 'too_few_verdicts' };

/** How often detections of a label were right. */
export interface LabelAccuracy {
  label: string;
  right: number;
  wrong: number;
  precision: Share;
  threshold: Threshold;
}

/** With fewer verdicts no threshold is told: even if 9 of 10 were right, the interval would be 28 points wide or wider. */
export const LEAST_VERDICTS = 20;

/** The quantile of the normal distribution that leaves 2.5 % at either end. */
const Z = 1.959964;

/**
 * The share of what is right, with Wilson's score interval at 95 %: unlike the textbook's one it holds for few verdicts and for
 * shares near 0 and 1. After E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
 * Journal of the American Statistical Association 22 (1927), 209–212.
 *
 * @param total 1 or more.
 */
export function wilsonShare(right: number, total: number): Share {
  const value = right / total;
  const spread = (Z * Z) / total;
  const middle = (value + spread / 2) / (1 + spread);
  const reach = (Z * Math.sqrt((value * (1 - value)) / total + spread / (4 * total))) / (1 + spread);
  return { value, low: Math.max(0, middle - reach), high: Math.min(1, middle + reach) };
}

/**
 * Precision of each label, and the score from which on it would be the one that is asked; labels with the most verdicts
 * first.
 *
 * @param target 0 to 1.
 */
export function accuracyOf(counts: readonly VerdictCount[], target: number): LabelAccuracy[] {
  const byLabel = new Map<string, VerdictCount[]>();
  for (const count of counts) {
    const known = byLabel.get(count.label);
    if (known) known.push(count);
    else byLabel.set(count.label, [count]);
  }
  return [...byLabel]
    .map(([label, own]) => {
      const { right, wrong } = sum(own);
      const precision = wilsonShare(right, right + wrong);
      return { label, right, wrong, precision, threshold: thresholdFor(own, target) };
    })
    .sort((a, b) => b.right + b.wrong - a.right - a.wrong || (a.label < b.label ? -1 : 1));
}

/**
 * The lowest score from which on the share of right detections is at least the one that is asked: a lower threshold loses
 * fewer detections. It must rest on `LEAST_VERDICTS`.
 *
 * @param counts Of one label.
 */
export function thresholdFor(counts: readonly VerdictCount[], target: number): Threshold {
  const upward = [...counts].sort((a, b) => a.score - b.score);
  for (const [index, { score }] of upward.entries()) {
    const { right, wrong } = sum(upward.slice(index));
    const verdicts = right + wrong;
    if (verdicts < LEAST_VERDICTS) return { state: index === 0 ? 'too_few_verdicts' : 'not_reached' };
    if (right / verdicts >= target) {
      return { state: 'found', score, verdicts, ...wilsonShare(right, verdicts) };
    }
  }
  return { state: counts.length === 0 ? 'too_few_verdicts' : 'not_reached' };
}

function sum(counts: readonly VerdictCount[]): { right: number; wrong: number } {
  return counts.reduce(
    (total, { right, wrong }) => ({ right: total.right + right, wrong: total.wrong + wrong }),
    { right: 0, wrong: 0 },
  );
}
