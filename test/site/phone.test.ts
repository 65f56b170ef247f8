import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { launchChromium, withoutChromium } from '../chromium.ts';
import { samplePath, sampleSite } from './sample-site.ts';

const WIDTH = 390;
/** Of the contents of a page, at either side. */
const MARGIN = 16;
/** For what the browser rounds. */
const SLACK = 0.5;

describe('on a phone', { skip: withoutChromium }, () => {
  let server: Server;
  let browser: Browser;
  let page: Page;

  before(async () => {
    server = sampleSite().listen(0, '127.0.0.1');
    await once(server, 'listening');
    browser = await launchChromium();
    const viewport = { width: WIDTH, height: 844 };
    const context = await browser.newContext({ viewport, isMobile: true, hasTouch: true });
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
  });
  after(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });

  async function open(template: string, index: number): Promise<void> {
    const { port } = server.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}${samplePath(template, index)}`);
  }

  async function edgesOf(shape: Locator): Promise<Record<'left' | 'right' | 'top' | 'bottom', number>> {
    const { x, y, width, height } = (await shape.boundingBox()) ?? assert.fail(`${shape} is not shown`);
    return { left: x, right: x + width, top: y, bottom: y + height };
  }

  async function assertWithin(shape: Locator, least: number, most: number): Promise<void> {
    const { left, right } = await edgesOf(shape);
    assert.ok(left >= least - SLACK && right <= most + SLACK, `${shape} from ${left} to ${right}`);
  }

  test('the sheets of what can be done with chosen photos are in the window', async () => {
    await open('photos/gallery', 1);
    await page.locator('[data-choice]').first().check();
    for (const name of ['Export', 'Delete']) {
      const drop = page.locator('.selection-bar .drop', { hasText: name });
      await drop.locator('summary').tap();
      await assertWithin(drop.locator('.drop-sheet'), 0, WIDTH);
    }
  });

  test('many saved searches take one row, with the way to change them in sight', async () => {
    await open('photos/gallery', 1);
    const row = await edgesOf(page.locator('.kept-searches'));
    assert.ok(row.bottom - row.top < 60, `${row.bottom - row.top} pixels high`);
    await assertWithin(page.locator('.kept-edit'), 0, WIDTH);
    const last = page.locator('.kept-searches .chip').last();
    await last.scrollIntoViewIfNeeded();
    assert.ok((await edgesOf(last)).right <= (await edgesOf(page.locator('.kept-edit'))).left);
  });

  test('acts that stand below each other do not touch', async () => {
    await open('accounts/own-data', 0);
    const [first, second] = await page.locator('.panel-acts .button').all();
    assert.ok(first && second);
    const [above, below] = [await edgesOf(first), await edgesOf(second)];
    assert.ok(below.top >= above.bottom + 8 || below.left >= above.right + 8);
  });

  test('a label without a place to break it stays where it belongs', async () => {
    await open('photos/photo', 1);
    for (const row of await page.locator('.row').all()) {
      if (await row.isVisible()) await assertWithin(row, 0, WIDTH);
    }
    for (const tag of await page.locator('.tag').all()) await assertWithin(tag, 0, WIDTH);
    for (const chip of await page.locator('.chip-switch').all()) {
      const { left, right } = await edgesOf(chip);
      assert.ok(right - left <= WIDTH - 2 * MARGIN);
    }
    await open('corrections/correct', 0);
    for (const row of await page.locator('#panel-objects .correct-row').all()) {
      const { left } = await edgesOf(row.locator('.verdict'));
      await assertWithin(row.locator('.row-name'), MARGIN, left);
    }
  });

  test('a line of text and what judges it stand side by side', async () => {
    await open('corrections/correct', 0);
    await page.getByRole('tab', { name: /Text/ }).tap();
    const { left } = await edgesOf(page.locator('.correct-line .verdict'));
    await assertWithin(page.locator('.line-field'), MARGIN, left);
    await assertWithin(page.locator('.correct-line .verdict'), MARGIN, WIDTH - MARGIN);
  });

  test('a photo with nothing but text is corrected on the tab of its text', async () => {
    await open('corrections/correct', 2);
    assert.equal(await page.getByRole('tab', { selected: true }).textContent(), 'Text 1');
    assert.equal(await page.locator('.line-field').isVisible(), true);
  });

  test('what is tapped is as high as a finger', async () => {
    await open('site/home', 1);
    const all = [
      page.getByRole('link', { name: 'All photos' }),
      ...(await page.locator('.theme-switch button').all()),
    ];
    assert.equal(all.length, 4);
    for (const target of all) {
      const { left, right, top, bottom } = await edgesOf(target);
      assert.ok(right - left >= 44 - SLACK && bottom - top >= 44 - SLACK, `${target}: ${bottom - top} high`);
    }
  });

  test('no tag of the example lies under the button of its picture', async () => {
    await open('site/landing', 0);
    const button = await edgesOf(page.locator('.stage-tools'));
    const tags = await page.locator('.tag').all();
    assert.ok(tags.length >= 3);
    for (const tag of tags) {
      const { left, right, top, bottom } = await edgesOf(tag);
      const apart =
        right <= button.left || left >= button.right || bottom <= button.top || top >= button.bottom;
      assert.ok(apart, `${await tag.textContent()} is under the button`);
    }
  });

  test('of a detection, score, user and day share a line', async () => {
    await open('admin/detections', 0);
    const cell = (name: string) => page.locator(`.history tbody tr .${name}`).first();
    const [score, user, day] = await Promise.all(
      ['score', 'user', 'uploaded'].map((name) => edgesOf(cell(name))),
    );
    assert.ok(score && user && day);
    assert.ok(score.right <= user.left && user.right <= day.left);
    assert.ok(Math.max(score.top, user.top, day.top) < Math.min(score.bottom, user.bottom, day.bottom));
    await assertWithin(cell('score'), MARGIN, WIDTH - MARGIN);
    await assertWithin(cell('uploaded'), MARGIN, WIDTH - MARGIN);
    const row = await edgesOf(page.locator('.history tbody tr').first());
    assert.ok(row.bottom - row.top < 160, `${row.bottom - row.top} pixels high, with all columns`);
  });
});
