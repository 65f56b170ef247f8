import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { PhotoRepository } from '../../src/photos/photo-repository.ts';
import { launchChromium, withoutChromium } from '../chromium.ts';
import { samplePhoto, UNBOUNDED } from '../photos/sample-photo.ts';
import { startTestApp, type TestApp } from '../test-app.ts';

const ADA = { name: 'Ada', email: 'ada@example.org', password: 'correct horse battery 9' };

describe('a form that is sent after the session has ended', { skip: withoutChromium }, () => {
  let app: TestApp;
  let browser: Browser;

  before(async () => {
    app = await startTestApp();
    browser = await launchChromium();
    await app.services.accounts.register(ADA);
  });

  after(async () => {
    await browser?.close();
    await app?.close();
  });

  async function loggedIn() {
    const page = await browser.newPage();
    await page.goto(`${app.url}/login`);
    await logIn(page);
    return page;
  }

  async function logIn(page: Awaited<ReturnType<Browser['newPage']>>) {
    await page.getByLabel('E-mail').fill(ADA.email);
    await page.getByLabel('Password', { exact: true }).fill(ADA.password);
    await page.getByRole('button', { name: 'Log in' }).click();
  }

  test('is there again after the login, with what was typed, and can be sent', async () => {
    const page = await loggedIn();
    await page.goto(`${app.url}/account`);
    await page.getByLabel('Your name').fill('Augusta Ada');
    await app.services.database('sessions').delete();
    await page.getByRole('button', { name: 'Save name' }).click();
    await page.getByRole('link', { name: 'Log in and go on' }).click();
    await logIn(page);
    await page.getByText('What you had entered is here again').waitFor();
    assert.equal(new URL(page.url()).pathname, '/account');
    assert.equal(await page.getByLabel('Your name').inputValue(), 'Augusta Ada');
    await page.getByRole('button', { name: 'Save name' }).click();
    await page.getByText('Your name is changed').waitFor();
    assert.equal(await page.getByText('What you had entered').count(), 0);
    await page.close();
  });

  test('is there again with the photos that were chosen', async () => {
    const { database, accounts } = app.services;
    const member = await accounts.findByEmail(ADA.email);
    const photos = new PhotoRepository(database);
    for (const name of ['a', 'b', 'c'])
      await photos.insert(samplePhoto(member?.id ?? '', { filename: `${name}.jpg` }), UNBOUNDED);
    const page = await loggedIn();
    await page.goto(`${app.url}/photos`);
    for (const name of ['a', 'c']) await page.getByLabel(`Choose ${name}.jpg`).check();
    await database('sessions').delete();
    const bar = page.locator('.selection-bar');
    await bar.getByText('Delete', { exact: true }).click();
    await bar.getByRole('button', { name: 'Move to the trash' }).click();
    await page.getByRole('link', { name: 'Log in and go on' }).click();
    await logIn(page);
    await page.getByText('What you had entered is here again').waitFor();
    assert.equal(await page.getByText('2 photos chosen').isVisible(), true);
    for (const [name, chosen] of Object.entries({ a: true, b: false, c: true }))
      assert.equal(await page.getByLabel(`Choose ${name}.jpg`).isChecked(), chosen, name);
    await page.close();
  });

  test('leaves no password behind, and nothing at all once it was sent', async () => {
    const page = await loggedIn();
    await page.goto(`${app.url}/account`);
    await page.getByLabel('New e-mail address').fill('new@example.org');
    await page.getByLabel('Your password').first().fill(ADA.password);
    await app.services.database('sessions').delete();
    await page.getByRole('button', { name: 'Change e-mail address' }).click();
    await page.getByRole('link', { name: 'Log in and go on' }).waitFor();
    const kept = await page.evaluate('sessionStorage.getItem("form-draft")');
    assert.match(String(kept), /new@example\.org/);
    assert.doesNotMatch(String(kept), /correct horse/);
    await page.getByRole('link', { name: 'Log in and go on' }).click();
    await logIn(page);
    await page.getByText('What you had entered').waitFor();
    assert.equal(await page.evaluate('sessionStorage.getItem("form-draft")'), null);
    await page.close();
  });
});
