import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Response } from 'supertest';
import { drawStopSign } from '../drawn-pictures.ts';
import { type Browser, memberBrowser } from '../http/browser.ts';
import { startTestApp, type TestApp } from '../test-app.ts';

describe('the page of corrections, without script', () => {
  let app: TestApp;
  let admin: Browser;
  let ben: Browser;
  let photo: string;
  let page: string;

  before(async () => {
    app = await startTestApp();
    // The first account is the admin.
    admin = await memberBrowser(app.server, 'ada@example.org');
    ben = await memberBrowser(app.server, 'ben@example.org');
    const { png } = drawStopSign();
    const { headers } = await ben.upload('/photos', { filename: 'sign.png', file: png });
    photo = headers.location ?? '';
    assert.match(photo, /^\/photos\/[0-9a-f-]{36}$/);
    page = `${photo}/correct`;
  });
  after(() => app?.close());

  const version = async () => /name="version" value="([^"]+)"/.exec((await ben.get(page)).text)?.[1] ?? '';

  async function send(fields: Record<string, string>): Promise<Response> {
    return ben.submit(page, { version: await version(), ...fields });
  }

  async function act(fields: Record<string, string>): Promise<string> {
    const { status, headers } = await send(fields);
    assert.equal(status, 303);
    return headers.location ?? '';
  }

  async function undo(): Promise<void> {
    assert.equal((await ben.submit(`${page}/undo`, { version: await version() }, { page })).status, 303);
  }

  test('takes every act, shows it on the photo’s page, and takes it back', async () => {
    const { text: before } = await ben.get(photo);
    assert.doesNotMatch(before, /As corrected/);
    assert.equal(await act({ act: 'label', detection: '0', label: 'clock' }), `${page}#d0`);
    assert.equal(
      await act({ act: 'box', detection: '0', x: '10', y: '20', width: '90.5', height: '80' }),
      `${page}#d0`,
    );
    assert.equal(await act({ act: 'text', line: '0', text: 'SHOP' }), `${page}#l0`);
    assert.equal(await act({ act: 'verdict', line: '0', verdict: 'right' }), `${page}#l0`);
    await act({ act: 'draw', label: 'dog', x: '5', y: '5', width: '50', height: '40,5' });
    const { text: corrected } = await ben.get(photo);
    for (const shown of [/aria-current="true">As corrected/, />SHOP</, /data-label="dog"/, /width="90.5"/])
      assert.match(corrected, shown);
    assert.doesNotMatch(corrected, /data-label="stop sign"/);
    // The picture with boxes has those of the models.
    assert.doesNotMatch(corrected, /With boxes/);
    const { text: detected } = await ben.get(`${photo}?as=detected`);
    assert.match(detected, /aria-current="true">As detected/);
    assert.match(detected, /data-label="stop sign"/);
    assert.match(detected, /With boxes/);
    assert.doesNotMatch(detected, /SHOP|data-label="dog"/);
    const { text: seen } = await admin.get(photo);
    assert.match(seen, /data-label="dog"/);
    assert.ok(!seen.includes(`href="${page}"`));

    for (const undone of ['new object', 'text', 'box', 'label']) {
      assert.match((await ben.get(page)).text, new RegExp(`Undo ${undone}`));
      await undo();
    }
    assert.doesNotMatch((await ben.get(photo)).text, /As corrected/);
  });

  test('marks a detection wrong, and takes the mark off again', async () => {
    await act({ act: 'verdict', detection: '0', verdict: 'wrong' });
    assert.match((await ben.get(page)).text, /id="d0-wrong" name="verdict" value="" aria-pressed="true"/);
    assert.doesNotMatch((await ben.get(photo)).text, /data-label="stop sign"/);
    await act({ act: 'verdict', detection: '0', verdict: '' });
    assert.match((await ben.get(photo)).text, /data-label="stop sign"/);
    await undo();
    await undo();
  });

  test('goes back to what was detected in one act, where something was corrected', async () => {
    assert.doesNotMatch((await ben.get(page)).text, /value="as-detected"/);
    await act({ act: 'label', detection: '0', label: 'clock' });
    assert.match((await ben.get(page)).text, /value="as-detected"/);
    assert.equal(await act({ act: 'as-detected' }), page);
    const { text } = await ben.get(page);
    assert.match(text, /Undo all as detected/);
    assert.match(text, /data-label="stop sign"/);
    assert.doesNotMatch(text, /value="as-detected"|data-label="clock"/);
    await undo();
    assert.match((await ben.get(page)).text, /data-label="clock"/);
    await undo();
  });

  test('is said on the photo’s page where it leaves nothing of what was found', async () => {
    await act({ act: 'verdict', detection: '0', verdict: 'wrong' });
    await act({ act: 'remove', line: '0' });
    const { text } = await ben.get(photo);
    assert.match(text, /Every object [^.]* is marked as wrong\. <a href="\?as=detected">/);
    assert.match(text, /All text [^.]* is marked as wrong\. <a href="\?as=detected">/);
    assert.doesNotMatch(text, /No object was recognised|No text was found/);
    assert.doesNotMatch((await ben.get(`${photo}?as=detected`)).text, /marked as wrong/);
    await undo();
    await undo();
  });

  test('shows what was changed as changed, also without a mark', async () => {
    await act({ act: 'label', detection: '0', label: 'clock' });
    await act({ act: 'verdict', detection: '0', verdict: '' });
    assert.match((await ben.get(page)).text, /data-detection="0" data-label="clock"[^>]*data-mark="changed"/);
    await undo();
    await undo();
  });

  test('takes what stands there already for no correction', async () => {
    await act({ act: 'label', detection: '0', label: 'stop sign' });
    await act({ act: 'text', line: '0', text: 'STOP' });
    const { text } = await ben.get(page);
    assert.match(text, /id="undo" type="submit" disabled/);
  });

  test('gives a refused form back with what was typed, and says what is wrong', async () => {
    const refusals: [Record<string, string>, RegExp, RegExp][] = [
      [{ act: 'label', detection: '0', label: 'unicorn' }, /“unicorn” is not a label/, /value="unicorn"/],
      [
        { act: 'box', detection: '0', x: 'left', y: '1', width: '50', height: '50' },
        /Left takes a number of pixels\./,
        /value="left"/,
      ],
      [
        { act: 'draw', label: 'dog', x: '1', y: '1', width: '9999', height: '50' },
        /must lie inside the photo/,
        /value="9999"/,
      ],
      [{ act: 'text', line: '0', text: '' }, /Give the text/, /id="l0-text"/],
      [{ act: 'text', line: '0', text: 'a\u0001b' }, /without control characters/, /id="l0-text"/],
    ];
    for (const [fields, message, kept] of refusals) {
      const { status, text } = await send(fields);
      assert.equal(status, 422);
      assert.match(text, message);
      assert.match(text, kept);
    }
    assert.match((await ben.get(page)).text, /id="undo" type="submit" disabled/);
  });

  test('refuses an act on what holds no more, and shows what holds now', async () => {
    const old = await version();
    await act({ act: 'label', detection: '0', label: 'clock' });
    const { status, text } = await send({ version: old, act: 'label', detection: '0', label: 'dog' });
    assert.equal(status, 409);
    assert.match(text, /corrected elsewhere/);
    assert.match(text, /data-label="clock"/);
    assert.match(text, /value="dog" list/);
    await undo();
  });

  test('is the owner’s alone', async () => {
    assert.equal((await admin.get(page)).status, 403);
    const done = { version: await version(), act: 'verdict', detection: '0', verdict: 'right' };
    assert.equal((await admin.submit(page, done, { page: '/' })).status, 403);
    assert.equal((await admin.submit(`${page}/undo`, {}, { page: '/' })).status, 403);
  });
});
