import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type ApiClient, newApiClient, problemOf } from '../api-client.ts';
import { drawClock } from '../drawn-pictures.ts';
import { startTestApp, type TestApp } from '../test-app.ts';

const MEGABYTE = 1024 * 1024;
const PATHS = ['/api/v1/photos', '/api/v1/detect', '/api/v1/extract'];

describe('what is refused', () => {
  let app: TestApp;
  let ada: ApiClient;
  before(async () => {
    app = await startTestApp({ env: { MAX_UPLOAD_MB: '2' } });
    ada = await newApiClient(app);
  });
  after(() => app.close());

  /** Nothing may stay behind of an upload that was refused, a moment after the answer at the latest. */
  async function nothingIsKept(): Promise<void> {
    const incoming = () => readdir(path.join(app.uploadsDir, 'incoming'));
    for (let tries = 0; tries < 100 && (await incoming()).length > 0; tries++) await delay(20);
    assert.deepEqual(await incoming(), []);
    assert.deepEqual(await readdir(path.join(app.uploadsDir, 'photos')), []);
    assert.deepEqual(await app.services.database('photos'), []);
  }

  const notPhotos: [name: string, file: () => Buffer, status: number, says: RegExp][] = [
    ['text', () => Buffer.from('not an image at all'), 415, /JPEG, PNG/],
    ['an empty file', () => Buffer.alloc(0), 415, /empty/i],
    ['a PDF', () => Buffer.from('%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF'), 415, /JPEG, PNG/],
    [
      'an SVG',
      () =>
        Buffer.from(
          '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
        ),
      415,
      /JPEG, PNG/,
    ],
    ['a cut PNG', () => drawClock().png.subarray(0, 4000), 422, /broken|incomplete|cut|damaged|truncated/i],
  ];
  for (const [name, file, status, says] of notPhotos) {
    test(`${name}, on every address that takes photos`, async () => {
      for (const address of PATHS) {
        const problem = await problemOf(await ada.send(address, file()), status);
        assert.match(problem.detail, says);
      }
      await nothingIsKept();
    });
  }

  test('a file in a wrong field, no file, and more files than one', async () => {
    const { png } = drawClock();
    const several = new FormData();
    for (const name of ['a.png', 'b.png'])
      several.append('photo', new Blob([png as Uint8Array<ArrayBuffer>]), name);
    const none = new FormData();
    none.append('note', 'no photo here');
    for (const address of PATHS) {
      const wrong = await problemOf(await ada.send(address, png, { field: 'picture' }), 400);
      assert.match(wrong.detail, /field "photo"/);
      const two = await problemOf(await ada.fetch(address, { method: 'POST', body: several }), 400);
      assert.equal(two.detail, 'The field "photo" takes at most 1 file in one request.');
      const empty = await problemOf(await ada.fetch(address, { method: 'POST', body: none }), 400);
      assert.equal(empty.detail, 'The field "photo" holds no file.');
    }
    await nothingIsKept();
  });

  test('bodies that are no multipart form', async () => {
    for (const address of PATHS) {
      const headers = { 'Content-Type': 'image/png' };
      await problemOf(await ada.fetch(address, { method: 'POST', body: new Uint8Array(9), headers }), 415);
      const cut = { 'Content-Type': 'multipart/form-data; boundary=x' };
      const body = '--x\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\n\r\nabc';
      await problemOf(await ada.fetch(address, { method: 'POST', body, headers: cut }), 400);
      await problemOf(
        await ada.fetch(address, {
          method: 'POST',
          body,
          headers: { 'Content-Type': 'multipart/form-data' },
        }),
        400,
      );
    }
    await nothingIsKept();
  });

  test('a file that is too large, while it is still arriving', async () => {
    for (const address of PATHS) {
      const { status, sent } = await sendSlowly(app, ada, address, 40 * MEGABYTE);
      assert.equal(status, 413);
      assert.ok(sent < 20 * MEGABYTE, `${sent} bytes had been sent when the answer came`);
    }
    await problemOf(await ada.send('/api/v1/photos', Buffer.alloc(2 * MEGABYTE + 1)), 413);
    await nothingIsKept();
  });

  test('an upload whose sender goes away leaves nothing behind', async () => {
    await sendSlowly(app, ada, '/api/v1/photos', 40 * MEGABYTE, MEGABYTE);
    await nothingIsKept();
  });
});

describe('hostile file names', () => {
  let app: TestApp;
  let ada: ApiClient;
  before(async () => {
    app = await startTestApp();
    ada = await newApiClient(app);
  });
  after(() => app.close());

  const names: [sent: string, shown: string][] = [
    ['../../../etc/passwd', 'passwd'],
    ['C:\\Users\\Ada\\clock.png', 'clock.png'],
    ['<img src=x onerror=alert(1)>.png', '<img src=x onerror=alert(1)>.png'],
    ["'; drop table photos; --.png", "'; drop table photos; --.png"],
    ['Straßenschild 🚦 東京.png', 'Straßenschild 🚦 東京.png'],
    ['photo\u202Egnp.exe', 'photognp.exe'],
    [`${'long'.repeat(200)}.png`, `${'long'.repeat(48)}lon….png`],
  ];
  for (const [index, [sent, shown]] of names.entries()) {
    test(`${JSON.stringify(sent.slice(0, 40))} is kept as a name alone`, async () => {
      const { png } = drawClock({ width: 300 + index, height: 300 });
      const photo = await ada.upload(png, sent, '?tasks=objects');
      assert.equal(photo.filename, shown);
      const stored = await readdir(path.join(app.uploadsDir, 'photos'), { recursive: true });
      assert.deepEqual(
        stored.filter((name) => /passwd|clock|drop|img|long|exe/.test(name)),
        [],
      );
      const download = await ada.fetch(`${photo.links.original}?download`);
      assert.equal(download.status, 200);
      assert.match(download.headers.get('content-disposition') ?? '', /^attachment; filename=/);
    });
  }
});

/** Sends a multipart photo of zeros piece by piece, and stops when an answer comes (or after `giveUpAfter` bytes). */
function sendSlowly(
  app: TestApp,
  client: ApiClient,
  address: string,
  size: number,
  giveUpAfter = Number.POSITIVE_INFINITY,
): Promise<{ status: number; sent: number }> {
  return new Promise((resolve, reject) => {
    let sent = 0;
    let answered = false;
    const call = request(app.url + address, {
      method: 'POST',
      // No Content-Length: the server cannot know beforehand.
      headers: { ...client.authorization, 'Content-Type': 'multipart/form-data; boundary=x' },
    });
    call.once('response', (response) => {
      answered = true;
      response.resume();
      resolve({ status: response.statusCode ?? 0, sent });
      call.destroy();
    });
    call.once('error', (error) =>
      answered || sent >= giveUpAfter ? resolve({ status: 0, sent }) : reject(error),
    );
    call.write('--x\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\n\r\n');
    const piece = Buffer.alloc(MEGABYTE / 4);
    const more = () => {
      if (answered) return;
      if (sent >= giveUpAfter) {
        call.destroy();
        return;
      }
      if (sent >= size) {
        call.end('\r\n--x--\r\n');
        return;
      }
      sent += piece.length;
      call.write(piece, () => setTimeout(more, 5));
    };
    more();
  });
}
