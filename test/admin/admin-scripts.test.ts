import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium, withoutChromium } from '../chromium.ts';
import { memberBrowser, PASSWORD } from '../http/browser.ts';
import { startTestApp, type TestApp } from '../test-app.ts';
import { DetectionRecords } from './detection-records.ts';

const EMAIL = 'admin@example.org';

describe('pages of admins in a browser', { skip: withoutChromium }, () => {
  let app: TestApp;
  let browser: Browser;
  let context: BrowserContext;
  let adminId: string;
  let photoIds: string[];

  before(async () => {
    app = await startTestApp();
    await memberBrowser(app.server, EMAIL);
    adminId = (await app.services.accounts.findByEmail(EMAIL))?.id ?? assert.fail();
    const records = new DetectionRecords(app.services.database);
    const found = ['dog', 'cat'].map((label) => [label, 0.9] as const);
    photoIds = [];
    for (let day = 1; day <= 3; day++) photoIds.push((await records.keep(adminId, { day, found })).id);
    browser = await launchChromium();
    context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
    const page = await context.newPage();
    await page.goto(`${app.url}/login`);
    await page.locator('[name=email]').fill(EMAIL);
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
    await page.goto(app.url + path);
    return page;
  }

  /** A run that nothing carries out. */
  async function standingRun(state: 'choosing' | 'running'): Promise<number> {
    const { database } = app.services;
    const [id = 0] = await database('reanalyses').insert({
      member_id: adminId,
      state,
      in_force: 1,
      filter: '{}',
      chosen_to: 0,
      done: 0,
      started_at: new Date(),
    });
    const rows = photoIds.map((photo_id) => ({ reanalysis_id: id, photo_id, state: 'waiting' }));
    await database('reanalysis_photos').insert(rows);
    return id;
  }

  async function end(id: number): Promise<void> {
    const changes = { state: 'finished', in_force: null, ended_at: new Date() };
    await app.services.database('reanalyses').where({ id }).update(changes);
    await app.services.database('reanalysis_photos').where({ reanalysis_id: id }).delete();
  }

  test('the history tells how many photos are chosen, and has these analysed again', async () => {
    const page = await open('/admin/detections');
    assert.equal(await page.locator('.selection-bar').isVisible(), false);
    const boxes = page.locator('[data-choice]');
    assert.equal(await boxes.count(), 6);
    // The first two are of one photo.
    for (const row of [0, 1, 2]) await boxes.nth(row).check();
    assert.equal(await page.locator('[data-selection-count]').textContent(), '2 photos chosen');
    await page.getByRole('button', { name: 'Choose none' }).click();
    await page.locator('.selection-bar').waitFor({ state: 'hidden' });
    for (const row of [0, 1]) await boxes.nth(row).check();
    assert.equal(await page.locator('[data-selection-count]').textContent(), '1 photo chosen');
    await page.locator('.selection-bar').getByRole('button', { name: 'Analyse again' }).click();
    await page.waitForURL(`${app.url}/admin/reanalysis`);
    const [run] = await app.services.reanalyses.list();
    assert.ok(run);
    assert.deepEqual([run.filter, run.done + run.waiting + run.failed], [null, 1]);
    while ((await app.services.reanalyses.get(String(run.id))).endedAt === null)
      await page.waitForTimeout(20);
    await page.close();
  });

  test('a run in force is followed in its own elements, until it has ended', async () => {
    const id = await standingRun('choosing');
    const page = await open('/admin/reanalysis');
    const status = page.getByRole('status').filter({ hasText: 'so far' });
    const element = (await status.elementHandle()) ?? assert.fail();
    await app.services.database('reanalyses').where({ id }).update({ state: 'running', done: 2 });
    await page.getByText('In work').waitFor();
    assert.equal(await element.textContent(), '2 of 5 photos');
    assert.equal(await page.locator('progress').getAttribute('value'), '2');
    await end(id);
    await page.getByRole('heading', { name: 'Choose photos' }).waitFor();
    assert.equal(await page.locator('[data-progress]').count(), 0);
    await page.close();
  });

  test('what was refused stays until it has been read', async () => {
    const page = await open('/admin/reanalysis');
    const id = await standingRun('running');
    await page.locator('#label').fill('dog');
    await page.getByRole('button', { name: 'Analyse again' }).click();
    const refusal = page.getByText('Photos are being analysed again already').first();
    await refusal.waitFor();
    const asked: string[] = [];
    page.on('request', (request) => {
      if (new URL(request.url()).pathname === '/admin/reanalysis') asked.push(request.method());
    });
    await end(id);
    await page.waitForTimeout(2500);
    assert.deepEqual(asked, []);
    assert.equal(await refusal.isVisible(), true);
    assert.equal(await page.locator('#label').inputValue(), 'dog');
    await page.close();
  });
});
