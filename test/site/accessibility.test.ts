import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { launchChromium, withoutChromium } from '../chromium.ts';
import { SAMPLE_PAGES } from './sample-pages.ts';
import { samplePath, sampleSite } from './sample-site.ts';

const VIEWS = {
  desk: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
} as const;
const AXE_FILE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const AXE_PATH = '/axe.js';
const CONTRAST = 'color-contrast';
/** Of a template with many states the first few look different; the others only read differently. */
const STATES = 5;

describe('accessibility', { skip: withoutChromium }, () => {
  let server: Server;
  let browser: Browser;

  before(async () => {
    const site = sampleSite();
    // From an address, the browser compiles it once for all pages.
    site.get(AXE_PATH, (_req, res) => res.sendFile(AXE_FILE, { maxAge: '1h' }));
    server = site.listen(0, '127.0.0.1');
    await once(server, 'listening');
    browser = await launchChromium();
  });

  after(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });

  for (const [name, settings] of Object.entries(VIEWS)) {
    test(name, async (context) => {
      const window = await browser.newContext({ ...settings, colorScheme: 'light', reducedMotion: 'reduce' });
      const page = await window.newPage();
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('console', (message) => {
        // The sample photos have no files; what is not found is no fault of the page.
        if (message.type() === 'error' && !message.text().includes('404')) faults.push(message.text());
      });
      const { port } = server.address() as AddressInfo;
      for (const [template, models] of Object.entries(SAMPLE_PAGES)) {
        for (const index of models.slice(0, STATES).keys()) {
          await context.test(`${template}, state ${index + 1}`, async () => {
            await page.goto(`http://127.0.0.1:${port}${samplePath(template, index)}`);
            await page.addScriptTag({ url: AXE_PATH });
            // Colours are the same at every size.
            if (name === 'desk') {
              assert.deepEqual(await violations(page, {}), []);
              await page.emulateMedia({ colorScheme: 'dark' });
              assert.deepEqual(await violations(page, { runOnly: [CONTRAST] }), [], 'in the dark');
              await page.emulateMedia({ colorScheme: 'light' });
            } else {
              assert.deepEqual(await violations(page, { rules: { [CONTRAST]: { enabled: false } } }), []);
            }
            assert.deepEqual(faults.splice(0), []);
            const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
            assert.equal(await page.evaluate(overflow), 0, 'the page scrolls sideways');
          });
        }
      }
      await window.close();
    });
  }
});

async function violations(page: Page, options: RunOptions): Promise<string[]> {
  const results = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as AxeResults;
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`);
}
