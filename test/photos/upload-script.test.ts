import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page, Route } from 'playwright-core';
import { launchChromium, withoutChromium } from '../chromium.ts';
import { drawClock } from '../drawn-pictures.ts';
import { memberBrowser, PASSWORD } from '../http/browser.ts';
import { startTestApp, type TestApp } from '../test-app.ts';

const clock = { name: 'clock.png', mimeType: 'image/png', buffer: drawClock().png };

describe('the list of uploads in a browser', { skip: withoutChromium }, () => {
  let app: TestApp;
  let browser: Browser;

  before(async () => {
    app = await startTestApp();
    await memberBrowser(app.server, 'ada@example.org');
    await memberBrowser(app.server, 'ben@example.org');
    browser = await launchChromium();
  });

  after(async () => {
    await browser?.close();
    await app?.close();
  });

  async function loggedIn(): Promise<Page> {
    const page = await browser.newPage();
    await logIn(page, 'ada@example.org');
    return page;
  }

  async function logIn(page: Page, email: string): Promise<void> {
    await page.goto(`${app.url}/login?next=%2Fphotos%2Fnew`);
    await page.locator('[name=email]').fill(email);
    await page.locator('[name=password]').fill(PASSWORD);
    await page.locator('main form[action="/login"] button[type=submit]').click();
    await page.waitForURL(`${app.url}/photos/new`);
  }

  /** Uploads a photo on a page of its own, where the API answers as told. */
  async function upload(answer: (route: Route) => Promise<void>): Promise<Page> {
    const page = await loggedIn();
    await page.route('**/api/v1/photos', answer);
    await page.locator('input[type=file][name=photo]').first().setInputFiles(clock);
    return page;
  }

  test('asks before the page is left with a file that is sent again later', async () => {
    let refusals = 0;
    const page = await upload((route) => {
      refusals++;
      return route.fulfill({ status: 429, headers: { 'Retry-After': '3600' }, json: {} });
    });
    await page.getByText('It goes on by itself in a moment').waitFor();
    assert.equal(await page.locator('[data-queue-title]').textContent(), '0 of 1 photo done');
    const asks = "!window.dispatchEvent(new Event('beforeunload', { cancelable: true }))";
    assert.equal(await page.evaluate(asks), true);
    assert.equal(refusals, 1);
    await page.close();
  });

  test('says why a photo is forbidden: a full quota is no page that was open for too long', async () => {
    const refusal = (code: string, detail: string) =>
      upload((route) => route.fulfill({ status: 403, json: { type: `urn:detectx:error:${code}`, detail } }));
    const full = await refusal('quota_exceeded', 'You keep 1 of 1 photos.');
    await full.getByText('You keep 1 of 1 photos.').waitFor();
    await full.close();
    const old = await refusal('invalid_csrf_token', 'The header X-CSRF-Token is missing.');
    await old.getByText('This page was open for too long.').waitFor();
    await old.close();
  });

  test('begins with a file that was chosen before the script was there', async () => {
    const page = await loggedIn();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/upload.js*', async (route) => {
      await held;
      await route.continue();
    });
    await page.reload({ waitUntil: 'commit' });
    await page.locator('input[type=file][name=photo]').first().setInputFiles(clock);
    release();
    await page.getByRole('link', { name: 'Open clock.png' }).waitFor();
    await page.close();
  });

  test('says so in its heading when a photo that waited is analysed', async () => {
    const photo = { id: 'waits', filename: 'clock.png', detections: [], lines: [] };
    const page = await upload((route) =>
      route.fulfill({ status: 202, json: { ...photo, status: 'queued' } }),
    );
    await page.route('**/api/v1/photos/waits', (route) =>
      route.fulfill({ json: { ...photo, status: 'analysed' } }),
    );
    await page.getByText('1 photo kept, 1 still to be analysed').waitFor();
    await page.getByText('1 photo done', { exact: true }).waitFor();
    await page.close();
  });

  test('shows its list again to the same member who comes back to the page, until it is cleared', async () => {
    const page = await loggedIn();
    const broken = { name: 'broken.png', mimeType: 'image/png', buffer: clock.buffer.subarray(0, 900) };
    await page.locator('input[type=file][name=photo]').first().setInputFiles([clock, broken]);
    await page.getByText('1 of 2 photos kept').waitFor();
    const row = (name: string) => page.locator('[data-queue-list] .queue-item', { hasText: name });
    const said = () => Promise.all(['clock.png', 'broken.png'].map((name) => row(name).innerText()));
    const before = await said();
    await page.getByRole('link', { name: 'Open clock.png' }).click();
    await page.waitForURL(/\/photos\/[0-9a-f-]{36}$/);
    await page.goBack();
    await page.getByText('1 of 2 photos kept').waitFor();
    assert.deepEqual(await said(), before);
    await row('clock.png').locator('img').waitFor();

    await page.locator('header .menu summary').click();
    await page.getByRole('button', { name: 'Log out' }).click();
    await logIn(page, 'ben@example.org');
    assert.equal(await page.locator('[data-queue]').isVisible(), false);

    const own = await loggedIn();
    await own.locator('input[type=file][name=photo]').first().setInputFiles(broken);
    await own.getByText('0 of 1 photo kept').waitFor();
    await own.getByRole('button', { name: 'Clear list' }).click();
    assert.equal(await own.locator('[data-queue]').isVisible(), false);
    await own.reload();
    assert.equal(await own.locator('[data-queue-list] .queue-item').count(), 0);
    await page.close();
    await own.close();
  });

  test('tells on coming back of what was not sent when the page was left', async () => {
    const page = await upload(() => new Promise(() => undefined));
    await page.getByText('Sending').waitFor();
    await page.goto(`${app.url}/about`);
    await page.goBack();
    await page.getByText('Not uploaded: the page was left before.').waitFor();
    await page.close();
  });
});
