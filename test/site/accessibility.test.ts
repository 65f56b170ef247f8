import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { AxeResults } from 'axe-core';
import express from 'express';
import type { Browser, Page } from 'playwright-core';
import { createSecurityHeaders } from '../../src/http/security-headers.ts';
import { staticFiles } from '../../src/http/static-files.ts';
import { templateHelpers } from '../../src/http/template-helpers.ts';
import type { LayoutModel } from '../../src/http/view-model.ts';
import { PROJECT_ROOT } from '../../src/project-root.ts';
import { launchChromium, withoutChromium } from '../chromium.ts';
import { SAMPLE_PAGES } from './sample-pages.ts';

const VIEWS = {
  desk: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
} as const;
/** Of a template with many states the first few look different; the others only read differently. */
const STATES = 4;

describe('accessibility', { skip: withoutChromium }, () => {
  let server: Server;
  let browser: Browser;
  let axe: string;

  before(async () => {
    axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    server = await serveSamplePages();
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
      for (const [template, models] of Object.entries(SAMPLE_PAGES)) {
        for (const index of models.slice(0, STATES).keys()) {
          await context.test(`${template}, state ${index + 1}`, async () => {
            const page = await window.newPage();
            const faults: string[] = [];
            page.on('pageerror', (error) => faults.push(error.message));
            page.on('console', (message) => {
              // The sample photos have no files; what is not found is no fault of the page.
              if (message.type() === 'error' && !message.text().includes('404')) faults.push(message.text());
            });
            const { port } = server.address() as AddressInfo;
            await page.goto(`http://127.0.0.1:${port}/sample/${index}/${template}`);
            await page.evaluate(axe);
            assert.deepEqual(await violations(page, '{}'), []);
            // Colours are the same at every size.
            if (name === 'desk') {
              await page.emulateMedia({ colorScheme: 'dark' });
              assert.deepEqual(await violations(page, '{ runOnly: ["color-contrast"] }'), [], 'in the dark');
            }
            assert.deepEqual(faults, []);
            const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
            assert.equal(await page.evaluate(overflow), 0, 'the page scrolls sideways');
            await page.close();
          });
        }
      }
      await window.close();
    });
  }
});

async function violations(page: Page, options: string): Promise<string[]> {
  const results = (await page.evaluate(`axe.run(document, ${options})`)) as AxeResults;
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`);
}

/** The sample pages under the program's own headers and static files, without its database. */
async function serveSamplePages(): Promise<Server> {
  const app = express();
  app.set('view engine', 'ejs');
  app.set('views', path.join(PROJECT_ROOT, 'views'));
  Object.assign(app.locals, templateHelpers);
  app.use(createSecurityHeaders(), staticFiles());
  app.get('/sample/:index/:feature/:page', (req, res) => {
    const { index, feature, page } = req.params;
    const template = `${feature}/${page}` as keyof typeof SAMPLE_PAGES;
    const visitor = feature === 'accounts' || template === 'site/landing';
    const layout: LayoutModel = {
      path: req.originalUrl,
      member: visitor ? null : { id: '1', name: 'Ada Lovelace', email: 'ada@example.org', role: 'member' },
      csrfToken: 'token',
      theme: 'system',
      flash: [
        { kind: 'success', message: 'Done.' },
        { kind: 'error', message: 'Not done.' },
      ],
      assetVersion: 'v1',
      registrationOpen: true,
    };
    res.render(template, { ...SAMPLE_PAGES[template][Number(index)], layout });
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return server;
}
