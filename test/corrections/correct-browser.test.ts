import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, before, describe, type TestContext, test } from 'node:test';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { launchChromium, withoutChromium } from '../chromium.ts';
import { drawStopSign } from '../drawn-pictures.ts';
import { type Browser as MemberBrowser, memberBrowser, PASSWORD } from '../http/browser.ts';
import { startTestApp, type TestApp } from '../test-app.ts';

/** Enough for one to be seen as a touch and not as a click. */
const STEPS = 5;

describe('corrections in a browser', { skip: withoutChromium }, () => {
  let app: TestApp;
  let browser: Browser;
  let address: string;
  let ada: MemberBrowser;
  let storageState: Awaited<ReturnType<BrowserContext['storageState']>>;

  before(async () => {
    app = await startTestApp();
    browser = await launchChromium();
    ada = await memberBrowser(app.server, 'ada@example.org');
    const { headers } = await ada.upload('/photos', { filename: 'sign.png', file: drawStopSign().png });
    address = `${app.url}${headers.location}/correct`;
    const login = await (await browser.newContext()).newPage();
    await login.goto(`${app.url}/login`);
    await login.getByLabel('E-mail').fill('ada@example.org');
    await login.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await login.locator('main button[type=submit]').click();
    await login.waitForURL(`${app.url}/`);
    storageState = await login.context().storageState();
  });
  after(async () => {
    await browser?.close();
    await app?.close();
  });

  async function open(
    settings: Parameters<Browser['newContext']>[0] = {},
    at = address,
  ): Promise<{ context: BrowserContext; page: Page; faults: string[] }> {
    const viewport = { width: 1280, height: 800 };
    const context = await browser.newContext({ viewport, storageState, ...settings });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    await page.goto(at);
    return { context, page, faults };
  }

  /** Does something that is sent, and waits until the server has it: the undo names it. */
  async function kept(page: Page, act: () => Promise<unknown>): Promise<void> {
    const [answer] = await Promise.all([
      page.waitForResponse((response) => /\/correct$/.test(response.url())),
      act(),
    ]);
    await answer.finished();
    await page.locator('[data-state=saved]').waitFor();
  }

  async function middleOf(shape: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
    const box = await shape.boundingBox();
    assert.ok(box);
    return { ...box, x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  /** Draws a box for a new object, in pixels of the screen from the picture's corner; its label is asked for then. */
  async function drawBox(page: Page, box: Record<'x' | 'y' | 'width' | 'height', number>): Promise<void> {
    await page.getByRole('button', { name: 'Draw what is missing' }).click();
    const picture = await page.locator('.overlay').boundingBox();
    assert.ok(picture);
    const [x, y] = [picture.x + box.x, picture.y + box.y];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + box.width, y + box.height, { steps: STEPS });
    await page.mouse.up();
  }

  /** Adds an object by the fields of its form. */
  async function addObject(
    page: Page,
    { label, ...sides }: Record<'label' | 'x' | 'y' | 'width' | 'height', string>,
  ): Promise<void> {
    await page.locator('#draw summary').click();
    for (const [side, value] of Object.entries(sides)) await page.locator(`#draw-${side}`).fill(value);
    await page.locator('#draw-label').fill(label);
    await kept(page, () => page.keyboard.press('Enter'));
  }

  /** The corrections as the picture and the list show them. */
  async function shown(page: Page): Promise<unknown> {
    return page.evaluate(`[...document.querySelectorAll('.correct-row')].map((row) => {
      const rect = document.querySelector('.box[data-detection="' + row.dataset.detection + '"] .box-line');
      const sides = rect && ['x', 'y', 'width', 'height'].map((side) => Math.round(rect[side].baseVal.value));
      return [row.dataset.label ?? row.querySelector('input[name=text]').value, row.dataset.mark ?? null, sides];
    })`);
  }

  test('are made on the picture, in the list and by keys, kept at once, and undone', async () => {
    const { page, faults } = await open();
    const start = await shown(page);
    const sign = page.locator('.box[data-label="stop sign"] .box-line').first();
    const undo = page.getByRole('button', { name: /^Undo/ });

    const from = await middleOf(sign);
    await page.mouse.click(from.x, from.y - from.height / 4);
    await page.locator('.box[data-selected]').waitFor();
    await kept(page, async () => {
      await page.mouse.move(from.x, from.y - from.height / 4);
      await page.mouse.down();
      await page.mouse.move(from.x + 30, from.y - from.height / 4 + 20, { steps: STEPS });
      await page.mouse.up();
    });
    const to = await middleOf(sign);
    assert.deepEqual([Math.round(to.x - from.x), Math.round(to.y - from.y)], [30, 20]);

    await kept(page, async () => {
      await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2);
      await page.mouse.down();
      await page.mouse.move(to.x + to.width / 2 + 25, to.y + to.height / 2, { steps: STEPS });
      await page.mouse.up();
    });
    assert.equal(Math.round((await middleOf(sign)).width - to.width), 25);

    const beforeKeys = await middleOf(sign);
    await kept(page, async () => {
      for (let press = 0; press < 3; press++) await page.keyboard.press('ArrowUp');
    });
    assert.ok((await middleOf(sign)).y < beforeKeys.y);

    await page.locator('.correct-row [name=label]').first().fill('clock');
    await kept(page, () => page.keyboard.press('Enter'));
    await page.getByRole('button', { name: 'Undo label' }).waitFor();
    await kept(page, () => page.getByRole('button', { name: 'Wrong: clock' }).first().click());
    assert.equal(await page.locator('#d0').getAttribute('data-mark'), 'wrong');

    await drawBox(page, { x: 150, y: 40, width: 100, height: 100 });
    await page.keyboard.type('kite');
    await kept(page, () => page.keyboard.press('Enter'));
    assert.equal(await page.locator('.box[data-label="kite"]').count(), 1);

    await page.getByRole('tab', { name: /Text/ }).click();
    await page.locator('#l0-text').fill('SHOP');
    await kept(page, () => page.keyboard.press('Tab'));

    const made = await shown(page);
    assert.notDeepEqual(made, start);
    await page.reload();
    assert.deepEqual(await shown(page), made);

    while (await undo.isEnabled()) {
      await Promise.all([
        page.waitForResponse((response) => /\/correct$/.test(response.url())),
        page.keyboard.press('Control+z'),
      ]);
      await page.locator('[data-state=saved]').waitFor();
    }
    assert.deepEqual(await shown(page), start);
    assert.deepEqual(faults, []);
  });

  test('by keys in a field are undone from there, but not while something is typed into it', async (t) => {
    const { page, faults } = await open();
    await undoAll(page);
    const start = await shown(page);
    const press = () => kept(page, () => page.keyboard.press('Control+z'));
    await page.locator('.correct-row summary').first().click();
    const label = page.locator('#d0-label');
    await label.fill('clock');
    await kept(page, () => page.keyboard.press('Enter'));
    await page.locator('.correct-row[data-label=clock]').waitFor();
    assert.equal(await page.evaluate('document.activeElement.id'), 'd0-label');
    await press();
    assert.deepEqual(await shown(page), start);

    await addObject(page, { label: 'kite', x: '10', y: '10', width: '60', height: '60' });
    assert.equal(await page.evaluate('document.activeElement.id'), 'draw-label');
    await press();
    assert.deepEqual(await shown(page), start);

    // Once more than there is to undo.
    await label.fill('clock');
    await kept(page, () => page.keyboard.press('Enter'));
    await page.locator('.correct-row[data-label=clock]').waitFor();
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await page.locator('#undo:disabled').waitFor();
    await page.locator('[data-state=saved]').waitFor();
    assert.equal(await page.getByText('There is nothing to undo').count(), 0);
    assert.deepEqual(await shown(page), start);

    // While the answer is awaited, too.
    const answer = holdNextAct(t);
    await label.fill('clock');
    await page.keyboard.press('Enter');
    await answer.asked;
    const undone = page.waitForResponse((response) => response.url().endsWith('/undo'));
    await page.keyboard.press('Control+z');
    answer.go();
    await undone;
    await page.locator('#undo:disabled').waitFor();
    assert.deepEqual(await shown(page), start);

    await kept(page, () =>
      page
        .getByRole('button', { name: /^Right: stop sign/ })
        .first()
        .click(),
    );
    await label.fill('');
    await page.keyboard.type('do');
    await page.keyboard.press('Control+z');
    assert.notEqual(await label.inputValue(), 'do');
    assert.equal(await page.locator('#d0').getAttribute('data-mark'), 'right');
    assert.deepEqual(faults, []);
  });

  test('are all taken back in one act, after a question, and come back by undo', async () => {
    const { page, faults } = await open();
    await undoAll(page);
    const start = await shown(page);
    const opener = page.locator('#all-as-detected-summary');
    assert.equal(await opener.count(), 0);
    await addObject(page, { label: 'kite', x: '10', y: '10', width: '60', height: '60' });
    const made = await shown(page);
    await opener.click();
    await kept(page, () => page.getByRole('button', { name: 'Take all corrections back' }).click());
    await page.getByRole('button', { name: 'Undo all as detected' }).waitFor();
    assert.deepEqual(await shown(page), start);
    assert.equal(await opener.count(), 0);
    assert.equal(await page.evaluate('document.activeElement.id'), 'undo');
    await page.keyboard.press('Control+z');
    await page.locator('.correct-row[data-label=kite]').waitFor();
    assert.deepEqual(await shown(page), made);
    await undoAll(page);
    assert.deepEqual(faults, []);
  });

  test('are made by a finger', async () => {
    const { context, page, faults } = await open({
      viewport: { width: 390, height: 844 },
      isMobile: true,
      hasTouch: true,
    });
    await undoAll(page);
    const sign = page.locator('.box[data-label="stop sign"] .box-line').first();
    const finger = await context.newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: { x: number; y: number }[]) =>
      finger.send('Input.dispatchTouchEvent', { type, touchPoints: points });
    await page.locator('.correct-row summary').first().tap();
    await page.locator('[data-handles]').waitFor();
    await page.evaluate('scrollTo(0, 0)');
    const from = await middleOf(sign);
    await kept(page, async () => {
      const y = from.y - from.height / 4;
      await touch('touchStart', [{ x: from.x, y }]);
      for (let step = 1; step <= STEPS; step++) await touch('touchMove', [{ x: from.x, y: y + 4 * step }]);
      await touch('touchEnd', []);
    });
    assert.equal(Math.round((await middleOf(sign)).y - from.y), 20);
    await page.getByRole('button', { name: 'Undo box' }).click();
    await page.getByRole('button', { name: 'Undo', exact: true }).waitFor();
    assert.deepEqual(faults, []);
  });

  test('that were made in another tab meanwhile are shown, with what became of the own act', async () => {
    const [one, other] = [await open(), await open()];
    await kept(one.page, () =>
      one.page
        .getByRole('button', { name: /^Wrong: stop sign/ })
        .first()
        .click(),
    );
    await other.page
      .getByRole('button', { name: /^Right: stop sign/ })
      .first()
      .click();
    await other.page.getByText(/corrected elsewhere/).waitFor();
    assert.equal(await other.page.locator('#d0').getAttribute('data-mark'), 'wrong');
    assert.equal(await other.page.locator('[data-save-state]').textContent(), 'Not saved');
    await kept(other.page, () =>
      other.page
        .getByRole('button', { name: /^Right: stop sign/ })
        .first()
        .click(),
    );
    assert.equal(await other.page.locator('#d0').getAttribute('data-mark'), 'right');
  });

  /** Has the server keep the next act waiting until `go` is called; counts the acts that it is sent. */
  function holdNextAct(t: TestContext): { asked: Promise<unknown>; go: () => void; count: () => number } {
    const gate = new EventEmitter();
    const [asked, opened] = [once(gate, 'asked'), once(gate, 'opened')];
    const { corrections } = app.services;
    t.mock.restoreAll();
    const act = corrections.act.bind(corrections);
    let count = 0;
    t.mock.method(corrections, 'act', async (...args: Parameters<typeof act>) => {
      count += 1;
      gate.emit('asked');
      if (count === 1) await opened;
      return act(...args);
    });
    return { asked, go: () => gate.emit('opened'), count: () => count };
  }

  /** Back to what the models found. */
  async function undoAll(page: Page): Promise<void> {
    while (await page.locator('#undo').isEnabled()) await kept(page, () => page.locator('#undo').click());
  }

  const allSaved = (page: Page) => page.locator('[data-state=saved]').waitFor();

  test('leave what is typed and drawn meanwhile as it is', async (t) => {
    const { page, faults } = await open();
    await undoAll(page);
    const answer = holdNextAct(t);
    await page
      .getByRole('button', { name: /^Right: stop sign/ })
      .first()
      .click();
    await answer.asked;
    await drawBox(page, { x: 20, y: 20, width: 70, height: 60 });
    await page.keyboard.type('ki');
    answer.go();
    await allSaved(page);
    await page.locator('#d0[data-mark=right]').waitFor();
    assert.equal(await page.locator('.drawn-box').count(), 1);
    await page.keyboard.type('te');
    assert.equal(await page.locator('#draw-label').inputValue(), 'kite');
    await kept(page, () => page.keyboard.press('Enter'));
    assert.equal(await page.locator('.box[data-label="kite"]').count(), 1);
    assert.equal(await page.locator('.drawn-box').count(), 0);
    assert.equal(await page.locator('#draw-label').inputValue(), '');

    // A text that was typed while an answer came is sent when its field is left.
    await page.getByRole('tab', { name: /Text/ }).click();
    const second = holdNextAct(t);
    await page.locator('#l0-right').click();
    await second.asked;
    await page.locator('#l0-text').fill('SHOP');
    second.go();
    await allSaved(page);
    assert.equal(await page.locator('#l0-text').inputValue(), 'SHOP');
    await kept(page, () => page.keyboard.press('Tab'));
    await page.reload();
    assert.equal(await page.locator('#l0-text').inputValue(), 'SHOP');
    assert.deepEqual(faults, []);
  });

  test('by keys are all kept, whatever is done right after them', async (t) => {
    const { page, faults } = await open();
    await undoAll(page);
    const sign = page.locator('.box[data-label="stop sign"] .box-line').first();
    const left = async () => Number(await sign.getAttribute('x'));
    const start = await left();
    await page.locator('.correct-row summary').first().click();
    await page.locator('.box[data-selected]').waitFor();

    const answer = holdNextAct(t);
    await page.keyboard.press('ArrowRight');
    await answer.asked;
    await page.keyboard.press('ArrowRight');
    const shownThen = await left();
    answer.go();
    await page.getByRole('button', { name: 'Undo box' }).waitFor();
    assert.equal(await left(), shownThen);
    await page.keyboard.press('ArrowRight');
    await page
      .getByRole('button', { name: /^Wrong: stop sign/ })
      .first()
      .click();
    await page.locator('#d0[data-mark=wrong]').waitFor();
    const step = shownThen > start ? (shownThen - start) / 2 : assert.fail();
    // The server keeps hundredths of a pixel.
    const isAt = async (steps: number) => assert.ok(Math.abs((await left()) - start - steps * step) < 0.03);
    await isAt(3);
    await page.reload();
    await isAt(3);

    await page.locator('.correct-row summary').first().click();
    await page.locator('.box[data-selected]').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('link', { name: 'Done' }).click();
    await page.waitForURL(/\/photos\/[^/]+$/);
    await page.goto(address);
    await isAt(4);

    await addObject(page, { label: 'kite', x: '10', y: '10', width: '60', height: '60' });
    const row = page.locator('.correct-row[data-label=kite]');
    await row.locator('summary').click();
    await page.locator('.box[data-selected][data-label=kite]').waitFor();
    await page.keyboard.press('ArrowRight');
    await row.getByRole('button', { name: 'Remove kite' }).click();
    await row.waitFor({ state: 'detached' });
    assert.match(
      String(await page.evaluate('document.activeElement.closest(".correct-row").id')),
      /^[dl]\d+$/,
    );
    assert.deepEqual(faults, []);
  });

  test('that were made on what another tab has changed are not sent one after the other', async (t) => {
    const { page } = await open();
    await undoAll(page);
    const other = await open();
    const answer = holdNextAct(t);
    const right = page.getByRole('button', { name: /^Right: stop sign/ }).first();
    await right.click();
    await answer.asked;
    await page
      .getByRole('button', { name: /^Wrong: stop sign/ })
      .first()
      .click();
    await other.page.getByRole('tab', { name: /Text/ }).click();
    await kept(other.page, () => other.page.locator('#l0-wrong').click());
    answer.go();
    await page.getByText(/corrected elsewhere/).waitFor();
    await page.locator('[data-state=lost]').waitFor();
    // The one that was held, and that of the other tab.
    assert.equal(answer.count(), 2);
    assert.equal(await page.locator('#d0').getAttribute('data-mark'), null);
  });

  test('of a small box are made by a finger too, and given up when a second one comes', async () => {
    const { context, page, faults } = await open({
      viewport: { width: 390, height: 844 },
      isMobile: true,
      hasTouch: true,
    });
    await undoAll(page);
    await addObject(page, { label: 'kite', x: '200', y: '300', width: '40', height: '40' });
    await page.locator('.correct-row[data-label=kite] summary').tap();
    await page.locator('[data-handles]').waitFor();
    await page.evaluate('scrollTo(0, 0)');
    const kite = page.locator('.box[data-label="kite"] .box-line');
    const from = await middleOf(kite);
    const finger = await context.newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: { x: number; y: number }[]) =>
      finger.send('Input.dispatchTouchEvent', { type, touchPoints });

    await touch('touchStart', [{ x: from.x, y: from.y }]);
    for (let step = 1; step <= STEPS; step++) await touch('touchMove', [{ x: from.x, y: from.y + 4 * step }]);
    await touch('touchStart', [
      { x: from.x, y: from.y + 20 },
      { x: from.x + 90, y: from.y + 20 },
    ]);
    await touch('touchEnd', []);
    const still = await middleOf(kite);
    assert.deepEqual(
      [still.x, still.y, still.width].map(Math.round),
      [from.x, from.y, from.width].map(Math.round),
    );

    await kept(page, async () => {
      await touch('touchStart', [{ x: from.x, y: from.y }]);
      for (let step = 1; step <= STEPS; step++)
        await touch('touchMove', [{ x: from.x, y: from.y + 4 * step }]);
      await touch('touchEnd', []);
    });
    const to = await middleOf(kite);
    assert.equal(Math.round(to.y - from.y), 20);
    assert.equal(Math.round(to.width), Math.round(from.width));
    assert.deepEqual(faults, []);
  });

  test('are not made of a drawn box that is given up', async () => {
    const { page, faults } = await open();
    await undoAll(page);
    const start = await shown(page);
    await drawBox(page, { x: 20, y: 20, width: 70, height: 60 });
    await page.keyboard.type('kite');
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('.drawn-box').count(), 0);
    assert.equal(await page.locator('#draw').getAttribute('open'), null);
    for (const field of ['label', 'x', 'y', 'width', 'height'])
      assert.equal(await page.locator(`#draw-${field}`).inputValue(), '', field);
    assert.equal(await page.evaluate('document.activeElement.hasAttribute("data-draw")'), true);

    // Who draws anew cannot add the first box.
    await drawBox(page, { x: 20, y: 20, width: 70, height: 60 });
    await page.keyboard.type('kite');
    await page.getByRole('button', { name: 'Draw what is missing' }).click();
    assert.equal(await page.locator('#draw-x').inputValue(), '');
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('#draw-label').inputValue(), '');
    await page.reload();
    assert.deepEqual(await shown(page), start);
    assert.deepEqual(faults, []);
  });

  test('of a text are kept however the page is left', async () => {
    const { page } = await open();
    await undoAll(page);
    const field = page.locator('#l0-text');
    /** It is sent while the page is left, so what comes next may have been asked for before the server had it. */
    async function untilItIs(text: string): Promise<void> {
      for (let tries = 0; tries < 50; tries++) {
        await page.goto(address);
        if ((await field.inputValue()) === text) return;
        await page.waitForTimeout(100);
      }
      assert.fail(`“${text}” was not kept`);
    }
    const ways: [string, () => Promise<unknown>][] = [
      ['RELOAD', () => page.reload()],
      ['ADDRESS', () => page.goto(`${app.url}/photos`)],
      ['HISTORY', () => page.goBack()],
    ];
    for (const [text, leave] of ways) {
      await page.goto(app.url);
      await page.goto(address);
      await page.getByRole('tab', { name: /Text/ }).click();
      await field.fill(text);
      await leave();
      await untilItIs(text);
    }
  });

  test('of an object are begun on the text over it, on the tab of objects alone', async () => {
    const { page, faults } = await open();
    await undoAll(page);
    const { x, y } = await middleOf(page.locator('.line-text').first());
    assert.equal(
      await page.evaluate(`document.elementFromPoint(${x}, ${y}).closest('.line') !== null`),
      true,
    );
    const sign = page.locator('.box[data-label="stop sign"] .box-line').first();
    const before = await middleOf(sign);
    await page.mouse.click(x, y);
    await page.locator('.box[data-selected]').waitFor();
    await kept(page, async () => {
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + 30, y, { steps: STEPS });
      await page.mouse.up();
    });
    assert.equal(Math.round((await middleOf(sign)).x - before.x), 30);

    await page.getByRole('tab', { name: /Text/ }).click();
    await page.mouse.click(x, y);
    assert.equal(await page.evaluate('document.activeElement.id'), 'l0-text');
    assert.deepEqual(faults, []);
  });

  test('of a box keep all sides to the hundredth of a pixel', async () => {
    const { page } = await open();
    await undoAll(page);
    await addObject(page, { label: 'kite', x: '10.25', y: '20.75', width: '60.25', height: '50.75' });
    const row = page.locator('.correct-row[data-label=kite]');
    await row.locator('summary').click();
    await page.locator('.box[data-selected][data-label=kite]').waitFor();
    await kept(page, () => page.keyboard.press('ArrowRight'));
    const rect = page.locator('.box[data-label=kite] .box-line');
    const [x, ...others] = await Promise.all(
      ['x', 'y', 'width', 'height'].map((side) => rect.getAttribute(side)),
    );
    assert.match(x ?? '', /^1\d\.25$/);
    assert.notEqual(x, '10.25');
    assert.deepEqual(others, ['20.75', '60.25', '50.75']);
  });

  test('that come too late are answered by why, in a bar of the same height', async () => {
    const heightOf = async (page: Page) => (await middleOf(page.locator('.correct-state'))).height;
    const right = (page: Page) => page.getByRole('button', { name: /^Right: stop sign/ }).first();
    const { context, page } = await open({ viewport: { width: 390, height: 844 } });
    await undoAll(page);
    await kept(page, () => right(page).click());
    const height = await heightOf(page);
    await context.clearCookies();
    await right(page).click();
    const login = page.getByRole('link', { name: 'Log in again' });
    await login.waitFor();
    assert.equal(await heightOf(page), height);
    await login.click();
    await page.getByLabel('E-mail').fill('ada@example.org');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.locator('main button[type=submit]').click();
    await page.waitForURL(address);

    // Of another size: the same picture would be the same photo.
    const { headers } = await ada.upload('/photos', {
      filename: 'gone.png',
      file: drawStopSign({ width: 800, height: 600 }).png,
    });
    const other = await open({}, `${app.url}${headers.location}/correct`);
    await kept(other.page, () => right(other.page).click());
    await ada.submit(`${headers.location}/delete`, {}, { page: '/' });
    await right(other.page).click();
    await other.page.getByText('Not saved: this photo is no longer there.').waitFor();
    assert.equal(await heightOf(other.page), height);
  });

  test('that could not be sent are put back, and it is said', async () => {
    const { context, page } = await open();
    const start = await shown(page);
    const row = page.locator('.correct-row summary').first();
    await row.click();
    await context.setOffline(true);
    await page.keyboard.press('ArrowDown');
    await page.getByText(/Not saved: the connection broke/).waitFor();
    assert.deepEqual(await shown(page), start);
  });
});
