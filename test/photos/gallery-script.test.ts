import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { PhotoRepository } from '../../src/photos/photo-repository.ts';
import { launchChromium, withoutChromium } from '../chromium.ts';
import { memberBrowser, PASSWORD } from '../http/browser.ts';
import { startTestApp, type TestApp } from '../test-app.ts';
import { sampleFindings, samplePhoto, UNBOUNDED } from './sample-photo.ts';

const PHOTOS = 60;

describe('the gallery in a browser', { skip: withoutChromium }, () => {
  let app: TestApp;
  let browser: Browser;
  let context: BrowserContext;
  const faults: string[] = [];

  before(async () => {
    app = await startTestApp();
    await memberBrowser(app.server, 'ada@example.org');
    const { database } = app.services;
    const member = await database('members').where({ email: 'ada@example.org' }).first();
    const photos = new PhotoRepository(database);
    for (let i = 1; i <= PHOTOS; i++) {
      const createdAt = new Date(Date.UTC(2026, 0, 1, i));
      const photo = samplePhoto(member.id, { filename: `${i}.jpg`, createdAt });
      await photos.insert(photo, UNBOUNDED);
      await photos.saveFindings(photo.id, photo.request, sampleFindings());
    }
    browser = await launchChromium();
    context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
    const page = await context.newPage();
    await page.goto(`${app.url}/login`);
    await page.locator('[name=email]').fill('ada@example.org');
    await page.locator('[name=password]').fill(PASSWORD);
    await page.locator('main form[action="/login"] button[type=submit]').click();
    await page.waitForURL(`${app.url}/`);
    await page.close();
  });

  after(async () => {
    await browser?.close();
    await app?.close();
  });

  async function open(path: string): Promise<Page> {
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(app.url + path);
    return page;
  }

  test('goes on by itself to its end, and coming back leads to where one was', async () => {
    const page = await open('/photos');
    assert.match((await page.locator('[data-shown-count]').textContent()) ?? '', /of 60$/);
    const last = page.getByRole('link', { name: /stop sign/ }).nth(PHOTOS - 1);
    for (let tries = 0; tries < 20 && (await page.locator('.card').count()) < PHOTOS; tries++) {
      await page.mouse.wheel(0, 3000);
      await page.waitForTimeout(100);
    }
    await last.waitFor();
    assert.equal(await page.locator('[data-shown-count]').textContent(), 'Showing 60 of 60');
    assert.equal(await page.locator('[rel=next]').count(), 0);
    const names = await page.locator('.card-name > span').allTextContents();
    assert.deepEqual(
      names,
      Array.from({ length: PHOTOS }, (_, i) => `${PHOTOS - i}.jpg`),
    );

    const card = page.locator('.card', { has: page.locator('[title="15.jpg"]') });
    await card.scrollIntoViewIfNeeded();
    await page.waitForURL(/cursor=/);
    const before = await card.boundingBox();
    await card.locator('a').click();
    await page.waitForURL(/\/photos\/[0-9a-f-]{36}$/);
    await page.goBack();
    await card.waitFor();
    const away = async () => Math.abs(((await card.boundingBox())?.y ?? 0) - (before?.y ?? 0));
    for (let tries = 0; tries < 40 && (await away()) > 2; tries++) await page.waitForTimeout(50);
    assert.ok((await away()) <= 2, `${await away()} pixels away from where it was`);
    await page.close();
  });

  test('lets photos be chosen by mouse and keys, and deletes them', async () => {
    const page = await open('/photos?sort=oldest');
    const boxes = page.locator('[data-choice]');
    const bar = page.locator('.selection-bar');
    assert.equal(await bar.isVisible(), false);
    await boxes.nth(1).check();
    await boxes.nth(4).click({ modifiers: ['Shift'] });
    assert.equal(await page.locator('[data-selection-count]').textContent(), '4 photos chosen');
    await page.keyboard.press('Escape');
    await bar.waitFor({ state: 'hidden' });
    await page.locator('[data-card]').first().focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+Space');
    assert.equal(await page.locator('[data-selection-count]').textContent(), '3 photos chosen');
    await bar.getByText('Delete', { exact: true }).first().click();
    await page.getByText(/^These 3 photos go to the trash/).waitFor();
    await bar.getByRole('button', { name: 'Move to the trash' }).click();
    await page.getByText('3 photos were moved to the trash').waitFor();
    assert.match(page.url(), /\/photos\?sort=oldest$/);
    const kept = await app.services.database('photos').where({ deleted_at: null });
    assert.equal(kept.length, PHOTOS - 3);
    assert.deepEqual(faults, []);
    await page.close();
  });

  test('sends nothing while nothing is chosen, and no more than go at once', async () => {
    const page = await open('/photos');
    assert.equal(await page.locator('[data-act]:enabled').count(), 0);
    await page.locator('[data-choice]').first().check();
    assert.equal(await page.locator('[data-act]:disabled').count(), 0);
    await page.close();

    const bounded = await context.newPage();
    await bounded.route(/\/photos\?limit=6$/, async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace('data-most="500"', 'data-most="4"');
      await route.fulfill({ response, body });
    });
    await bounded.goto(`${app.url}/photos?limit=6`);
    await bounded.locator('[data-choice]').first().check();
    await bounded.getByRole('button', { name: 'Choose the first 4' }).click();
    const count = bounded.locator('[data-selection-count]');
    assert.equal(await count.textContent(), '4 photos chosen');
    assert.equal(await bounded.locator('[data-act]:disabled').count(), 0);
    await bounded.locator('[data-choice]').nth(4).check();
    assert.equal(await count.textContent(), '5 photos chosen: at most 4 go at once');
    assert.equal(await bounded.locator('[data-act]:enabled').count(), 0);
    await bounded.close();
  });

  test('sends nothing by Enter on a photo, also without script', async () => {
    const plain = await browser.newContext({
      javaScriptEnabled: false,
      storageState: await context.storageState(),
    });
    const page = await plain.newPage();
    const sent: string[] = [];
    page.on('request', (request) => void (request.method() === 'POST' && sent.push(request.url())));
    await page.goto(`${app.url}/photos`);
    await page.locator('[data-choice]').first().press('Enter');
    await page.waitForTimeout(200);
    assert.deepEqual(sent, []);
    await plain.close();
  });

  test('does one act after another with the same photos, and each once', async () => {
    const page = await open('/photos');
    const sent: string[] = [];
    await page.route(/\/photos\/(download|delete)$/, (route) => {
      sent.push(new URL(route.request().url()).pathname);
      return route.fulfill({ status: 204 });
    });
    await page.locator('[data-choice]').first().check();
    await page.locator('[data-choice]').first().press('Enter');
    await page.getByRole('button', { name: 'Download' }).dblclick();
    await page.locator('.selection-bar').getByText('Delete', { exact: true }).click();
    await page.getByRole('button', { name: 'Move to the trash' }).click();
    for (let tries = 0; tries < 100 && sent.length < 2; tries++) await page.waitForTimeout(20);
    assert.deepEqual(sent, ['/photos/download', '/photos/delete']);
    await page.close();
  });

  test('leads on by its link where the next page cannot be fetched', async () => {
    const page = await context.newPage();
    await page.route(/\/photos\?.*cursor=/, (route) =>
      route.request().resourceType() === 'fetch' ? route.abort() : route.continue(),
    );
    await page.goto(`${app.url}/photos?limit=6`);
    await page.getByRole('link', { name: 'Older' }).click();
    await page.locator('[rel=prev]').first().waitFor();
    assert.match(page.url(), /cursor=/);
    await page.close();
  });

  test('counts no fewer photos than it shows', async () => {
    const page = await context.newPage();
    await page.route(/\/photos\?limit=20$/, async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace(
        /data-total="\d+" data-exact="true"/,
        'data-total="22" data-exact="false"',
      );
      await route.fulfill({ response, body });
    });
    await page.goto(`${app.url}/photos?limit=20`);
    const count = page.locator('[data-shown-count]');
    for (let tries = 0; tries < 50 && (await page.locator('.card').count()) <= 22; tries++) {
      await page.mouse.wheel(0, 3000);
      await page.waitForTimeout(100);
    }
    const shown = await page.locator('.card').count();
    assert.ok(shown > 22);
    assert.equal(await count.textContent(), `Showing ${shown} of ${shown}+`);
    await page.close();
  });

  test('applies a filter when it is sent, not while it is chosen by keys', async () => {
    const page = await open('/photos');
    await page.locator('#minScore').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    assert.equal(await page.locator('#minScore').inputValue(), '0.6');
    assert.equal(await page.evaluate('document.activeElement.id'), 'minScore');
    assert.equal(page.url(), `${app.url}/photos`);
    await page.getByRole('button', { name: 'Show' }).click();
    await page.waitForURL(`${app.url}/photos?minScore=0.6`);
    await page.close();
  });

  test('folds its filters on a phone while none is set, and never on a desk', async () => {
    const page = await open('/photos');
    const shown = () => page.locator('#label').isVisible();
    assert.equal(await shown(), true);
    await page.setViewportSize({ width: 390, height: 844 });
    assert.equal(await shown(), false);
    await page.getByText('Filters', { exact: true }).click();
    assert.equal(await shown(), true);
    await page.goto(`${app.url}/photos?label=stop+sign`);
    assert.equal(await shown(), true);
    await page.close();
  });

  test('offers labels for the word that is being written', async () => {
    const page = await open('/photos');
    await page.locator('[data-search-line] [type=search]').fill('dog -sto');
    const values = await page
      .locator('#query-list option')
      .evaluateAll((options) => options.map((option) => (option as unknown as { value: string }).value));
    assert.ok(values.includes('dog -stop-sign '));
    await page.close();
  });
});
