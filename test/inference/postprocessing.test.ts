import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Point, Quadrilateral } from '../../src/imaging/geometry.ts';
import type { TextRecognizerManifest } from '../../src/inference/model-manifest.ts';
import { decodeLine } from '../../src/inference/postprocessing/ctc-decoding.ts';
import {
  intersectionOverUnion,
  suppressDuplicates,
} from '../../src/inference/postprocessing/non-maximum-suppression.ts';
import { inReadingOrder } from '../../src/inference/postprocessing/reading-order.ts';
import { convexHull, minimumAreaRectangle } from '../../src/inference/postprocessing/rotated-rectangle.ts';
import { findTextRegions } from '../../src/inference/postprocessing/text-regions.ts';

describe('overlapping detections', () => {
  const box = { x: 10, y: 10, width: 100, height: 50 };
  const moved = { ...box, x: 15 };
  const elsewhere = { ...box, x: 300 };

  test('overlap is the shared area over the joint one', () => {
    assert.equal(intersectionOverUnion(box, box), 1);
    assert.equal(intersectionOverUnion(box, elsewhere), 0);
    assert.equal(intersectionOverUnion(box, { ...box, width: 50 }), 0.5);
  });

  test('of one object the best detection stays; other labels and places stay too', () => {
    const kept = suppressDuplicates([
      { label: 'dog', score: 0.5, box: moved },
      { label: 'dog', score: 0.9, box },
      { label: 'cat', score: 0.6, box },
      { label: 'dog', score: 0.7, box: elsewhere },
    ]);
    assert.deepEqual(
      kept.map(({ label, score }) => [label, score]),
      [
        ['dog', 0.9],
        ['dog', 0.7],
        ['cat', 0.6],
      ],
    );
  });
});

test('the smallest rectangle around points lies along them', () => {
  const angle = 0.3;
  const turned = ([x, y]: Point): Point => [
    50 + x * Math.cos(angle) - y * Math.sin(angle),
    40 + x * Math.sin(angle) + y * Math.cos(angle),
  ];
  const points: Point[] = [];
  for (let x = -20; x <= 20; x += 4) for (const y of [-5, 0, 5]) points.push(turned([x, y]));
  const { centre, axis, width, height } = minimumAreaRectangle(convexHull(points));
  const sides = [width, height].sort((a, b) => b - a);
  assert.ok(Math.abs((sides[0] ?? 0) - 40) < 1e-6 && Math.abs((sides[1] ?? 0) - 10) < 1e-6);
  assert.ok(Math.hypot(centre[0] - 50, centre[1] - 40) < 1e-6);
  assert.ok(Math.abs(Math.tan(Math.atan2(axis[1], axis[0]) * 2) - Math.tan(2 * angle)) < 1e-6);
});

describe('text regions', () => {
  const width = 200;
  const height = 120;
  const thresholds = { mapThreshold: 0.3, boxThreshold: 0.6, unclipRatio: 1.6 };

  function mapOf(probability: (x: number, y: number) => number) {
    const data = new Uint8Array(width * height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) data[y * width + x] = probability(x + 0.5, y + 0.5) * 255;
    }
    return { data, width, height };
  }

  const bar = (cx: number, cy: number, angle: number, w: number, h: number) => (x: number, y: number) => {
    const u = (x - cx) * Math.cos(angle) + (y - cy) * Math.sin(angle);
    const v = (y - cy) * Math.cos(angle) - (x - cx) * Math.sin(angle);
    return Math.abs(u) < w / 2 && Math.abs(v) < h / 2 ? 0.9 : 0;
  };

  test('surround each bar, with a margin, from its top left corner on', () => {
    const [a, b] = [bar(60, 30, 0, 80, 10), bar(140, 90, 0, 60, 12)];
    const regions = findTextRegions(
      mapOf((x, y) => Math.max(a(x, y), b(x, y))),
      thresholds,
    );
    assert.equal(regions.length, 2);
    const [topLeft, topRight, bottomRight] = regions[0] ?? assert.fail();
    assert.ok(topLeft[0] < 20 && topLeft[0] > 5 && topLeft[1] < 25 && topLeft[1] > 12);
    assert.ok(topRight[0] > 100 && Math.abs(topRight[1] - topLeft[1]) < 1e-6);
    assert.ok(bottomRight[1] > 35);
  });

  for (const degrees of [-40, -15, 5, 30]) {
    test(`follow a bar that is turned by ${degrees}°`, () => {
      const map = mapOf(bar(100, 60, (degrees * Math.PI) / 180, 90, 12));
      const [[from, to] = assert.fail()] = findTextRegions(map, thresholds) as [Quadrilateral];
      const angle = (Math.atan2(to[1] - from[1], to[0] - from[0]) * 180) / Math.PI;
      assert.ok(Math.abs(angle - degrees) < 3, `${angle}`);
    });
  }

  test('of an upright bar run downward', () => {
    const [[from, to] = assert.fail()] = findTextRegions(mapOf(bar(100, 60, 0, 12, 90)), thresholds);
    assert.ok(to[1] - from[1] > 90 && Math.abs(to[0] - from[0]) < 1e-6);
  });

  test('leave out specks and what is unsure', () => {
    assert.deepEqual(findTextRegions(mapOf(bar(100, 60, 0, 40, 2)), thresholds), []);
    const unsure = bar(100, 60, 0, 40, 12);
    assert.deepEqual(
      findTextRegions(
        mapOf((x, y) => unsure(x, y) / 2),
        thresholds,
      ),
      [],
    );
  });
});

describe('decoding of steps', () => {
  const manifest = {
    charset: ['', 'a', 'b', ' '],
    blankId: 0,
    spaceId: 3,
    spaceThreshold: 0.03,
  } as TextRecognizerManifest;
  const decode = (ids: number[], spaces: number[] = []) =>
    decodeLine(
      {
        charIds: Int32Array.from(ids),
        charScores: Float32Array.from(ids, (id) => (id === 0 ? 1 : 0.5)),
        spaceScores: Float32Array.from(ids, (_, i) => spaces[i] ?? 0),
      },
      manifest,
    );

  test('joins repeated classes and drops blanks', () => {
    assert.deepEqual(decode([0, 1, 1, 0, 1, 2, 2, 0]), { text: 'aab', score: 0.5 });
  });

  test('reads a space where one is likely, once, and never at the ends', () => {
    assert.equal(decode([0, 1, 0, 0, 2, 0], [0.5, 0, 0.04, 0.1, 0, 0.9]).text, 'a b');
    assert.equal(decode([1, 3, 3, 2]).text, 'a b');
    assert.equal(decode([1, 0, 2], [0, 0.02, 0]).text, 'ab');
  });

  test('of nothing is an empty text without score', () => {
    assert.deepEqual(decode([0, 0], [0.9, 0.9]), { text: '', score: 0 });
  });
});

describe('reading order', () => {
  const names = new Map<Quadrilateral, string>();
  const line = (name: string, x: number, y: number, width: number, height = 10, tilt = 0): Quadrilateral => {
    const turn = (px: number, py: number): Point => [
      px * Math.cos(tilt) - py * Math.sin(tilt),
      px * Math.sin(tilt) + py * Math.cos(tilt),
    ];
    const region: Quadrilateral = [
      turn(x, y),
      turn(x + width, y),
      turn(x + width, y + height),
      turn(x, y + height),
    ];
    names.set(region, name);
    return region;
  };
  const order = (regions: Quadrilateral[]) => inReadingOrder(regions).map((region) => names.get(region));

  for (const tilt of [0, 0.08, -0.15]) {
    test(`goes through a receipt row by row, also when it is tilted by ${tilt} rad`, () => {
      const regions = [
        line('5.00', 250, 42, 30, 10, tilt),
        line('tea', 10, 60, 40, 10, tilt),
        line('coffee', 10, 40, 60, 12, tilt),
        line('SHOP', 80, 10, 120, 20, tilt),
        line('3.20', 250, 61, 30, 9, tilt),
        line('2', 180, 41, 8, 10, tilt),
      ];
      assert.deepEqual(order(regions), ['SHOP', 'coffee', '2', '5.00', 'tea', '3.20']);
    });
  }

  test('reads columns of running text one after the other, between what spans them', () => {
    const regions = [line('title', 20, 0, 360, 20), line('foot', 20, 200, 360)];
    for (let i = 0; i < 6; i++) {
      regions.push(line(`left ${i}`, 10, 40 + i * 20, i === 5 ? 70 : 175));
      regions.push(line(`right ${i}`, 210, 42 + i * 20, i === 5 ? 90 : 178));
    }
    const lefts = Array.from({ length: 6 }, (_, i) => `left ${i}`);
    const rights = Array.from({ length: 6 }, (_, i) => `right ${i}`);
    assert.deepEqual(order(regions), ['title', ...lefts, ...rights, 'foot']);
  });

  test('does not let upright text join rows', () => {
    const regions = [
      line('upright', 0, 0, 12, 100),
      line('b', 30, 50, 80),
      line('a', 30, 10, 80),
      line('c', 30, 85, 80),
    ];
    assert.deepEqual(
      order(regions).filter((name) => name !== 'upright'),
      ['a', 'b', 'c'],
    );
  });

  test('of nothing is nothing', () => assert.deepEqual(inReadingOrder([]), []));
});
