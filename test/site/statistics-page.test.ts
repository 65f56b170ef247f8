import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchChromium, withoutChromium } from '../chromium.ts';
import { samplePath, sampleSite } from './sample-site.ts';

describe('the statistics of admins', { skip: withoutChromium }, () => {
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

  async function open(width: number, javaScriptEnabled: boolean): Promise<Page> {
    const context = await browser.newContext({ viewport: { width, height: 900 }, javaScriptEnabled });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const { port } = server.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}${samplePath('admin/overview', 0)}`);
    return page;
  }

  test('are all there as tables without script, and no frame stands empty', async () => {
    const page = await open(1440, false);
    const tables = await page.locator('table').all();
    assert.ok(tables.length >= 6);
    for (const table of tables) assert.ok(await table.isVisible());
    assert.equal(await page.locator('canvas').filter({ visible: true }).count(), 0);
  });

  for (const [width, place] of [
    [1440, 'beside'],
    [390, 'below'],
  ] as const) {
    test(`have their tables ${place} their charts at a width of ${width}`, async () => {
      const page = await open(width, true);
      const pairs = await page.locator('.chart-beside').all();
      assert.ok(pairs.length >= 5);
      for (const pair of pairs) {
        const chart = (await pair.locator('canvas').last().boundingBox()) ?? assert.fail();
        const table = (await pair.locator('.table-scroll').boundingBox()) ?? assert.fail();
        if (place === 'beside') assert.ok(chart.x + chart.width < table.x);
        else assert.ok(chart.y + chart.height < table.y);
        assert.ok(table.x + table.width < width);
      }
    });
  }
});
