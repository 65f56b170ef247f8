import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { Browser, Locator } from 'playwright-core';
import { launchChromium, withoutChromium } from '../chromium.ts';
import { SAMPLE_PAGES } from './sample-pages.ts';
import { samplePath, sampleSite } from './sample-site.ts';

/** Of a name that does not fit: about six letters. */
const LEAST_NAME = 48;
/** Of the heights of pictures, for what the browser rounds. */
const SLACK = 1.5;
const STATE = SAMPLE_PAGES['photos/gallery'].length - 1;

describe('cards of photos of all shapes', { skip: withoutChromium }, () => {
  let server: Server;
  let browser: Browser;

  before(async () => {
    server = sampleSite().listen(0, '127.0.0.1');
    await once(server, 'listening');
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });

  async function edgesOf(
    shape: Locator,
  ): Promise<Record<'left' | 'right' | 'top' | 'width' | 'height', number>> {
    const { x, y, width, height } = (await shape.boundingBox()) ?? assert.fail(`${shape} is not shown`);
    return { left: x, right: x + width, top: y, width, height };
  }

  for (const width of [390, 1440]) {
    test(`show a name and the whole day, and pictures of one height, in ${width} pixels`, async () => {
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      page.setDefaultTimeout(20_000);
      const { port } = server.address() as AddressInfo;
      await page.goto(`http://127.0.0.1:${port}${samplePath('photos/gallery', STATE)}`);
      const cards = await page.locator('.card').all();
      assert.equal(cards.length, SAMPLE_PAGES['photos/gallery'][STATE]?.cards.length);
      const heights = new Map<number, number[]>();
      for (const card of cards) {
        const [picture, frame] = [await edgesOf(card.locator('img')), await edgesOf(card.locator('a'))];
        assert.ok(picture.left >= frame.left - SLACK && picture.right <= frame.right + SLACK);
        const row = Math.round(frame.top);
        heights.set(row, [...(heights.get(row) ?? []), picture.height]);
        const name = await edgesOf(card.locator('.card-name > span'));
        assert.ok(name.width >= LEAST_NAME, `a name has ${name.width} pixels`);
        const day = card.locator('.card-name > time');
        const cut = await day.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
        assert.equal(cut, 0, 'of the day');
      }
      for (const [row, all] of heights)
        assert.ok(Math.max(...all) - Math.min(...all) < SLACK, `pictures at ${row}: ${all.join(', ')}`);
      await page.close();
    });
  }
});
