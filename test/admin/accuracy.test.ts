import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accuracyOf, thresholdFor, type VerdictCount, wilsonShare } from '../../src/admin/accuracy.ts';
import { percentilesOf } from '../../src/admin/percentiles.ts';

const at = (score: number, right: number, wrong: number, label = 'dog'): VerdictCount => ({
  label,
  score,
  right,
  wrong,
});
const rounded = ({ value, low, high }: { value: number; low: number; high: number }) =>
  [value, low, high].map((share) => Number(share.toFixed(4)));

describe("Wilson's interval", () => {
  test('is as computed by hand', () => {
    // 8 of 10: middle (0.8 + 0.19207) / 1.38415, reach 1.96 * sqrt(0.016 + 0.0096036) / 1.38415.
    assert.deepEqual(rounded(wilsonShare(8, 10)), [0.8, 0.4902, 0.9433]);
    // 45 of 50: z²/n = 0.0768292.
    assert.deepEqual(rounded(wilsonShare(45, 50)), [0.9, 0.7864, 0.9565]);
  });

  test('stays inside 0 and 1, and is open where nothing or all is right', () => {
    // n of n: n / (n + z²) = 10 / 13.84146.
    assert.deepEqual(rounded(wilsonShare(10, 10)), [1, 0.7225, 1]);
    assert.deepEqual(rounded(wilsonShare(0, 10)), [0, 0, 0.2775]);
  });
});

describe('threshold for a precision', () => {
  test('is the lowest score from which on enough are right', () => {
    const counts = [at(0.8, 30, 0), at(0.4, 10, 10), at(0.6, 28, 2)];
    // From 0.4 on 68 of 80 (85 %), from 0.6 on 58 of 60 (96.7 %), from 0.8 on all of 30.
    const score = (target: number) => {
      const threshold = thresholdFor(counts, target);
      return threshold.state === 'found' ? [threshold.score, threshold.verdicts] : threshold.state;
    };
    assert.deepEqual(score(0.85), [0.4, 80]);
    assert.deepEqual(score(0.95), [0.6, 60]);
    assert.deepEqual(score(0.99), [0.8, 30]);
  });

  test('is not told by a handful of verdicts', () => {
    assert.deepEqual(thresholdFor([at(0.9, 19, 0)], 0.95), { state: 'too_few_verdicts' });
    assert.deepEqual(thresholdFor([], 0.95), { state: 'too_few_verdicts' });
    // All of the best 19 are right, but those alone are too few.
    assert.deepEqual(thresholdFor([at(0.9, 19, 0), at(0.4, 0, 5)], 0.95), { state: 'not_reached' });
    assert.deepEqual(thresholdFor([at(0.4, 10, 30)], 0.95), { state: 'not_reached' });
  });
});

test('precision is told label by label, that with the most verdicts first', () => {
  const labels = accuracyOf([at(0.5, 3, 1, 'cat'), at(0.9, 40, 0), at(0.5, 5, 5)], 0.5);
  assert.deepEqual(
    labels.map(({ label, right, wrong, precision }) => [label, right, wrong, precision.value]),
    [
      ['dog', 45, 5, 0.9],
      ['cat', 3, 1, 0.75],
    ],
  );
});

test('percentiles are those of the nearest rank, to within 4.5 %', () => {
  // 90 photos of 100 ms (bucket 53), 8 of 400 ms (69), 2 of 1000 ms (79).
  const { p50, p95, p99 } = percentilesOf(
    new Map([
      [79, 2],
      [53, 90],
      [69, 8],
    ]),
  );
  assert.deepEqual([p50, p95, p99], [103, 412, 981]);
  assert.deepEqual(percentilesOf(new Map([[8, 1]])), { p50: 2.1, p95: 2.1, p99: 2.1 });
});
