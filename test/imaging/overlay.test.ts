import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sharp from 'sharp';
import { annotatePhoto } from '../../src/imaging/annotate.ts';
import { readHeader } from '../../src/imaging/decode.ts';
import { inkOn, LABEL_PALETTE, labelColour } from '../../src/imaging/label-colours.ts';
import { placeTags } from '../../src/imaging/tag-layout.ts';

const picture = { width: 400, height: 300 };
const tag = { width: 60, height: 20 };

describe('label colours', () => {
  test('stay the same and tell common labels apart', () => {
    const labels = ['person', 'car', 'dog', 'cat', 'chair', 'bottle', 'bus', 'bicycle', 'truck', 'bird'];
    assert.equal(new Set(labels.map(labelColour)).size, labels.length);
    assert.equal(labelColour('person'), labelColour('person'));
    assert.ok(LABEL_PALETTE.includes(labelColour('stop sign') as (typeof LABEL_PALETTE)[number]));
  });

  test('carry the ink that contrasts', () => {
    assert.equal(inkOn('#ffc33b'), '#000000');
    assert.equal(inkOn('#8400cd'), '#ffffff');
  });
});

describe('tags', () => {
  test('stand inside a large box and above a small one', () => {
    const large = { x: 100, y: 100, width: 200, height: 150 };
    const small = { x: 50, y: 60, width: 30, height: 20 };
    assert.deepEqual(placeTags([{ box: large, tag }], picture, 2), [{ x: 102, y: 102, ...tag }]);
    assert.deepEqual(placeTags([{ box: small, tag }], picture, 2), [{ x: 50, y: 40, ...tag }]);
  });

  test('are never cut off at the edge', () => {
    const cornersOfPicture = [
      { x: 0, y: 0, width: 10, height: 10 },
      { x: 390, y: 0, width: 10, height: 10 },
      { x: 390, y: 290, width: 10, height: 10 },
    ];
    for (const place of placeTags(
      cornersOfPicture.map((box) => ({ box, tag })),
      picture,
      2,
    )) {
      assert.ok(place.x >= 0 && place.y >= 0);
      assert.ok(place.x + tag.width <= picture.width && place.y + tag.height <= picture.height);
    }
  });

  test('keep clear of each other as long as there is room', () => {
    const box = { x: 150, y: 120, width: 90, height: 80 };
    const places = placeTags(Array(6).fill({ box, tag }), picture, 2);
    for (const [i, a] of places.entries()) {
      for (const b of places.slice(i + 1)) {
        const apart =
          a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        assert.ok(apart, `${JSON.stringify(a)} and ${JSON.stringify(b)}`);
      }
    }
  });
});

test('the annotated file is an upright JPEG of full size with box, tag and outline drawn in', async () => {
  const grey = { create: { width: 300, height: 700, channels: 3 as const, background: '#777777' } };
  const photo = await sharp(grey).jpeg().withMetadata({ orientation: 6 }).toBuffer();
  const file = await annotatePhoto(photo, await readHeader(photo, 100_000_000), {
    detections: [{ label: 'person', score: 0.934, box: { x: 100, y: 50, width: 300, height: 200 } }],
    lines: [
      {
        polygon: [
          [500, 260],
          [600, 270],
          [600, 290],
          [500, 280],
        ],
      },
    ],
  });
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  assert.deepEqual([info.format, info.width, info.height], ['raw', 700, 300]);
  assert.equal((await sharp(file).metadata()).format, 'jpeg');
  const at = (x: number, y: number) => [...data.subarray((y * 700 + x) * 3, (y * 700 + x) * 3 + 3)];
  const colour = [1, 3, 5].map((i) => Number.parseInt(labelColour('person').slice(i, i + 2), 16));
  const off = at(104, 60).map((value, i) => Math.abs(value - (colour[i] ?? 0)));
  assert.ok(Math.max(...off) < 40, `the tag at ${at(104, 60)} should have ${colour}`);
  assert.ok(
    at(250, 250).some((value) => Math.abs(value - 0x77) > 30),
    'the lower line of the box',
  );
  assert.ok(Math.max(...at(550, 265)) > 140, 'the outline of the text');
  assert.deepEqual(at(650, 150), [0x77, 0x77, 0x77]);
});
