import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, test } from 'node:test';
import ejs from 'ejs';
import { errorPage } from '../../src/http/error-view.ts';
import { templateHelpers } from '../../src/http/template-helpers.ts';
import { filterBar, filterChips, galleryHref } from '../../src/photos/gallery-view.ts';
import { photoOverlay } from '../../src/photos/overlay-view.ts';
import { present } from '../../src/photos/photo-filter.ts';
import { describe as describePhoto, photoCard, shapeClasses } from '../../src/photos/photo-view.ts';
import { PROJECT_ROOT } from '../../src/project-root.ts';
import { launchChromium, withoutChromium } from '../chromium.ts';
import { SAMPLE_PHOTO } from './sample-pages.ts';

const overlay = photoOverlay(SAMPLE_PHOTO, { imageUrl: '/original', thumbnailUrl: null });

/** Boxes too small for a tag in each corner of the picture. */
const cornersTagged = photoOverlay(
  {
    ...SAMPLE_PHOTO,
    detections: [
      [0, 0],
      [1580, 0],
      [0, 1170],
      [1580, 1170],
    ].map(([x = 0, y = 0]) => ({ label: 'sports ball', score: 0.93, box: { x, y, width: 20, height: 30 } })),
  },
  { imageUrl: 'data:,', thumbnailUrl: null },
);

describe('photo card', () => {
  test('counts labels, the most frequent first', () => {
    const { labels, moreLabels, excerpt, createdAt } = photoCard(SAMPLE_PHOTO);
    assert.deepEqual(
      labels.map(({ label, count }) => [label, count]),
      [
        ['dog', 2],
        ['tie', 1],
      ],
    );
    assert.deepEqual([moreLabels, createdAt], [0, '2026-11-20T21:15:00.000Z']);
    assert.deepEqual(excerpt, [{ text: 'STOP <here>', marked: false }]);
  });

  test('says in words what the photo shows', () => {
    assert.equal(describePhoto(SAMPLE_PHOTO), 'Photo with 2 × dog, tie, a line of text');
    assert.match(describePhoto({ ...SAMPLE_PHOTO, status: 'queued' }), /not analysed yet$/);
  });

  test('spells the shape in digits, within what rows can show', () => {
    assert.equal(shapeClasses(1600, 1200), 'shape shape-1 shape-d3 shape-c3');
    assert.equal(shapeClasses(1000, 1000), 'shape shape-1');
    assert.equal(shapeClasses(9000, 1000), 'shape shape-4 shape-extreme');
    assert.equal(shapeClasses(1, 3000), 'shape shape-d4 shape-c5 shape-extreme');
  });
});

describe('overlay', () => {
  test('starts the score slider below the weakest detection', () => {
    assert.equal(overlay.minPercent, 35);
  });

  test('lays selectable text along its line', () => {
    const [line] = overlay.lines;
    assert.equal(line?.points, '100,100 200,200 190,210 90,110');
    assert.deepEqual([line?.x, line?.y, line?.angle, line?.length, line?.height], [90, 110, 45, 141.4, 14.1]);
  });

  test('puts tags inside roomy boxes, outside small ones, and never past the edge', () => {
    const [dog, tie, puppy] = overlay.detections;
    assert.deepEqual([dog?.tag.place.x, dog?.tag.place.y], [100, 200]);
    assert.ok((puppy?.tag.place.y ?? 999) < 300);
    for (const { tag } of [dog, tie, puppy].filter((detection) => detection !== undefined)) {
      assert.ok(tag.place.x >= 0 && tag.place.x + tag.width * tag.place.scale <= SAMPLE_PHOTO.width);
      assert.ok(tag.place.y >= 0 && tag.place.y + 20 * tag.place.scale <= SAMPLE_PHOTO.height);
    }
  });

  test('says in a tag what the annotated file says', () => {
    assert.equal(overlay.detections[0]?.tag.text, 'dog 93 %');
  });
});

describe('score slider', () => {
  const partial = path.join(PROJECT_ROOT, 'views/partials/stage.ejs');

  test('is there as soon as one detection has a score', async () => {
    const [first, ...others] = SAMPLE_PHOTO.detections.map((detection) => ({ ...detection, score: null }));
    assert.ok(first);
    for (const [score, there] of [
      [0.93, true],
      [null, false],
    ] as const) {
      const photo = { ...SAMPLE_PHOTO, detections: [{ ...first, score }, ...others] };
      const drawn = photoOverlay(photo, { imageUrl: '/original', thumbnailUrl: null });
      const html = await ejs.renderFile(partial, { ...templateHelpers, overlay: drawn });
      assert.equal(html.includes('data-score-slider'), there);
      assert.match(html, /data-label-switch="dog"/);
    }
  });
});

describe('overlay without script', { skip: withoutChromium }, () => {
  for (const width of [390, 1200]) {
    test(`shows every tag whole, ${width} pixels wide`, async () => {
      const browser = await launchChromium();
      try {
        const window = await browser.newContext({
          viewport: { width, height: 844 },
          javaScriptEnabled: false,
        });
        const page = await window.newPage();
        const partial = path.join(PROJECT_ROOT, 'views/partials/stage.ejs');
        const stage = await ejs.renderFile(partial, { ...templateHelpers, overlay: cornersTagged });
        const css = await readFile(path.join(PROJECT_ROOT, 'public/css/viewer.css'), 'utf8');
        // The stage has the picture's own shape here, so that nothing beyond the picture is in sight.
        const shape = `body { margin: 0 } .stage { aspect-ratio: 4 / 3; min-height: 0 }`;
        await page.setContent(`<!doctype html><style>${css} ${shape}</style>${stage}`);
        const around = await page.locator('[data-stage]').boundingBox();
        assert.ok(around && around.width === width);
        const tags = await page.locator('.tag').all();
        assert.equal(tags.length, 4);
        for (const tag of tags) {
          const shown = (await tag.boundingBox()) ?? assert.fail();
          const what = JSON.stringify({ around, shown });
          assert.ok(shown.height > 15, `too small to be read: ${what}`);
          assert.ok(shown.x >= around.x - 0.5 && shown.y >= around.y - 0.5, what);
          assert.ok(shown.x + shown.width <= around.x + around.width + 0.5, what);
          assert.ok(shown.y + shown.height <= around.y + around.height + 0.5, what);
        }
      } finally {
        await browser.close();
      }
    });
  }
});

describe('gallery address', () => {
  const filter = { labels: [present('dog')], from: new Date('2026-11-01') };

  test('holds what is set and nothing else', () => {
    assert.equal(galleryHref(filter, 'oldest'), '/photos?label=dog&from=2026-11-01&sort=oldest');
    assert.equal(galleryHref({}, 'newest'), '/photos');
    assert.equal(galleryHref({}, 'oldest', { cursor: 'a b' }), '/photos?sort=oldest&cursor=a+b');
  });

  test('is a query where the fields of the bar have no place for a filter', () => {
    const several = { ...filter, without: ['stop sign'] };
    const query = new URLSearchParams({ q: 'dog -"stop sign" after:2026-11-01' });
    assert.equal(galleryHref(several, 'newest'), `/photos?${query}`);
    const { label, from, q } = filterBar(several, 'newest');
    assert.deepEqual([label, from, q], ['dog', '2026-11-01', '-"stop sign"']);
  });

  test('of a chip leaves its filter out', () => {
    assert.deepEqual(filterChips({ ...filter, before: new Date('2026-12-01') }, 'oldest'), [
      { text: 'dog', removeHref: '/photos?from=2026-11-01&to=2026-11-30&sort=oldest' },
      { text: 'from 1 Nov 2026 UTC', removeHref: '/photos?label=dog&to=2026-11-30&sort=oldest' },
      { text: 'to 30 Nov 2026 UTC', removeHref: '/photos?label=dog&from=2026-11-01&sort=oldest' },
    ]);
  });
});

describe('error page', () => {
  const refusal = {
    formExpired: false,
    detail: null,
    requestId: 'r',
    path: '/photos?label=dog',
    signedIn: false,
  };

  test('leads a visitor to the login and back', () => {
    const { links } = errorPage({ ...refusal, status: 401 });
    assert.equal(links[0]?.href, '/login?next=%2Fphotos%3Flabel%3Ddog');
  });

  test('tells a form that was open for too long from a want of rights', () => {
    assert.match(errorPage({ ...refusal, status: 403, formExpired: true }).title, /open for too long/);
    assert.match(errorPage({ ...refusal, status: 403 }).title, /not open to you/);
  });

  test('says when to try again', () => {
    assert.match(errorPage({ ...refusal, status: 429, retryAfterSeconds: 40 }).message, /in 40 seconds\.$/);
    assert.match(errorPage({ ...refusal, status: 503, retryAfterSeconds: 240 }).message, /in 4 minutes\.$/);
  });

  test('speaks of an unknown fault as of ours, and of an unknown refusal in general', () => {
    assert.equal(errorPage({ ...refusal, status: 502 }).title, 'Something broke on our side');
    assert.equal(errorPage({ ...refusal, status: 418 }).title, 'That did not work');
  });
});
