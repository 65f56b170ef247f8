import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, describe, mock, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { AppError } from '../src/errors.ts';
import { launchChromium, withoutChromium } from './chromium.ts';
import { drawClock, drawStopSign, drawWords } from './drawn-pictures.ts';
import { startTestApp, type TestApp } from './test-app.ts';

const PASSWORD = 'correct horse battery 9';

describe('a person in a browser', { skip: withoutChromium }, () => {
  let app: TestApp;
  let browser: Browser;
  before(async () => {
    app = await startTestApp();
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    await app?.close();
  });

  test('registers, uploads, looks at what was found, copies the text, downloads and deletes', async () => {
    const { page, faults } = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await register(page, 'ada@example.org');

    await page.getByRole('link', { name: 'Upload' }).first().click();
    const { png } = drawStopSign();
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles([
        { name: 'corner.png', mimeType: 'image/png', buffer: png },
        { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no photo') },
      ]);
    const opened = page.locator('a[href^="/photos/"]', { hasText: 'Open' });
    await opened.waitFor();
    assert.ok(await page.getByText('stop sign').first().isVisible());
    await page
      .getByText(/JPEG, PNG/)
      .last()
      .waitFor();
    await opened.click();

    const row = page.locator('[data-detection-rows] [data-label="stop sign"]').first();
    const box = page.locator('.overlay .box[data-label="stop sign"]').first();
    await row.hover();
    await box.and(page.locator('[data-on]')).waitFor();
    await page.mouse.move(0, 0);
    await box.and(page.locator(':not([data-on])')).waitFor();
    await box.locator('.box-line').hover({ position: { x: 1, y: 1 }, force: true });
    await row.and(page.locator('[data-on]')).waitFor();

    await page
      .getByRole('button', { name: /^stop sign/ })
      .first()
      .click();
    assert.equal(await box.isVisible(), false);

    await page.getByRole('tab', { name: /Text/ }).click();
    await page.getByRole('button', { name: 'Copy all text' }).click();
    assert.match(String(await page.evaluate('navigator.clipboard.readText()')), /STOP/);

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Original' }).click(),
    ]);
    assert.equal(download.suggestedFilename(), 'corner.png');
    assert.equal(sha256(await readFile(await download.path())), sha256(png));

    await page.getByText('Delete this photo').click();
    await page.getByRole('button', { name: 'Move to the trash' }).click();
    await page.waitForURL('**/photos');
    await page.getByText('was moved to the trash').waitFor();
    assert.deepEqual(await app.services.database('photos').where({ deleted_at: null }), []);
    assert.deepEqual(faults, []);
  });

  test('does the same without script', async () => {
    const { page } = await open({ javaScriptEnabled: false });
    await register(page, 'ben@example.org');
    await page.goto(`${app.url}/photos/new`);
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles([{ name: 'clock.png', mimeType: 'image/png', buffer: drawClock().png }]);
    await page.locator('main form[action="/photos"] button[type=submit]').click();
    await page.waitForURL(/\/photos\/[0-9a-f-]{36}$/);
    assert.ok(await page.locator('.overlay .box[data-label="clock"]').first().isVisible());
    await page.goto(`${app.url}/photos?label=clock`);
    assert.equal(await page.locator('a[href^="/photos/"] img').count(), 1);
    await page.goto(`${app.url}/photos?label=zebra`);
    assert.equal(await page.locator('a[href^="/photos/"] img').count(), 0);
  });

  test('sees the result of several photos, one of them sent before', async () => {
    const { page } = await open({ javaScriptEnabled: false });
    await register(page, 'cleo@example.org');
    const send = async (...files: { name: string; mimeType: string; buffer: Buffer }[]) => {
      await page.goto(`${app.url}/photos/new`);
      await page.locator('input[type=file]').first().setInputFiles(files);
      await page.locator('main form[action="/photos"] button[type=submit]').click();
      await page.waitForLoadState();
    };
    const words = { name: 'words.png', mimeType: 'image/png', buffer: drawWords('Hello there').png };
    await send(words);
    await send(words, { name: 'broken.png', mimeType: 'image/png', buffer: words.buffer.subarray(0, 2000) });
    assert.ok(
      await page
        .getByText(/already/)
        .first()
        .isVisible(),
    );
    assert.ok(await page.getByText('broken.png').first().isVisible());
    assert.equal((await app.services.database('photos').where({ filename: 'words.png' })).length, 1);
  });

  test('sees what was found in a photo that had to wait, and is told of one sent again', async () => {
    const { page, faults } = await open({});
    await register(page, 'emil@example.org');
    await page.goto(`${app.url}/photos/new`);
    const words = { name: 'late.png', mimeType: 'image/png', buffer: drawClock({ width: 700 }).png };
    const send = () => page.locator('input[type=file]').first().setInputFiles([words]);
    const interruption = mock.method(app.services.pool, 'analyse', () =>
      Promise.reject(new AppError('analysis_interrupted', 'The analysis was interrupted.')),
    );
    await send();
    await page.getByText(/photo is kept/).waitFor();
    await send();
    await page
      .getByText(/photo is kept/)
      .nth(1)
      .waitFor();
    interruption.mock.restore();
    await page.locator('.queue-chips', { hasText: 'clock' }).nth(1).waitFor();
    assert.equal(await page.getByText(/You already have/).count(), 0);
    await send();
    await page.getByText(/You already have/).waitFor();
    assert.deepEqual(faults, []);
  });

  test('is led back to the wanted page by the login', async () => {
    const { page } = await open({});
    await register(page, 'dora@example.org');
    await page.context().clearCookies();
    await page.goto(`${app.url}/photos?sort=oldest`);
    assert.match(page.url(), /\/login\?next=/);
    await page.getByLabel('E-mail').fill('dora@example.org');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.locator('main button[type=submit]').click();
    await page.waitForURL('**/photos?sort=oldest');
  });

  async function open(
    settings: Parameters<Browser['newContext']>[0],
  ): Promise<{ context: BrowserContext; page: Page; faults: string[] }> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...settings });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    return { context, page, faults };
  }

  async function register(page: Page, email: string): Promise<void> {
    await page.goto(`${app.url}/register`);
    await page.locator('[name=name]').fill('Ada Example');
    await page.locator('[name=email]').fill(email);
    await page.locator('[name=password]').fill(PASSWORD);
    await page.locator('[name=passwordConfirmation]').fill(PASSWORD);
    await page.locator('main form[action="/register"] button[type=submit]').click();
    await page.waitForURL(/\/(login\?notice=registered)?$/);
    // Only the first account is logged in at once.
    if (page.url() === `${app.url}/`) return;
    await page.locator('[name=email]').fill(email);
    await page.locator('[name=password]').fill(PASSWORD);
    await page.locator('main form[action="/login"] button[type=submit]').click();
    await page.waitForURL(`${app.url}/`);
  }
});

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
