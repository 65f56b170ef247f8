import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { AppError, type ErrorCode } from '../../src/errors.ts';
import { readHeader } from '../../src/imaging/decode.ts';
import { type PhotoIntake, takeIn } from '../../src/imaging/intake.ts';
import { drawStopSign } from '../drawn-pictures.ts';

const LIMIT = 100_000_000;
const sign = sharp(drawStopSign().png);

async function take(file: Uint8Array): Promise<PhotoIntake> {
  return takeIn(file, await readHeader(file, LIMIT));
}

function refuses(file: Uint8Array, code: ErrorCode, message?: RegExp): Promise<void> {
  return assert.rejects(take(file), (error) => {
    assert.ok(error instanceof AppError, String(error));
    assert.equal(error.code, code, error.message);
    if (message) assert.match(error.message, message);
    return true;
  });
}

/** A PNG of one colour whose rows are packed a thousandfold: few bytes, many pixels. Interlaced, it is one in its header only. */
function pngBomb(width: number, height: number, { bits = 1, colour = 0, interlaced = false } = {}): Buffer {
  const chunk = (type: string, content: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body) >>> 0);
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(bits, 8);
  header.writeUInt8(colour, 9);
  header.writeUInt8(interlaced ? 1 : 0, 12);
  const rows = deflateSync(Buffer.alloc(height * (1 + Math.ceil(width / 8))), { level: 9 });
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const end = chunk('IEND', Buffer.alloc(0));
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), end]);
}

describe('intake', () => {
  test('takes a whole picture and makes a thumbnail of it', async () => {
    const file = await sign.clone().resize(1200, 900).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    const { thumbnail, ...seen } = await take(file);
    assert.deepEqual(seen, { mediaType: 'image/jpeg', frames: 1, width: 900, height: 1200 });
    const { format, width, height, orientation } = await sharp(thumbnail).metadata();
    assert.deepEqual([format, width, height, orientation], ['webp', 360, 480, undefined]);
  });

  test('makes no thumbnail larger than the photo', async () => {
    const { thumbnail } = await take(await sign.clone().resize(64, 48).png().toBuffer());
    const { width, height } = await sharp(thumbnail).metadata();
    assert.deepEqual([width, height], [64, 48]);
  });

  test('takes the smallest and the flattest pictures', async () => {
    const dot = { create: { width: 1, height: 1, channels: 3 as const, background: '#336699' } };
    const flat = { create: { ...dot.create, width: 20_000 } };
    assert.equal((await take(await sharp(dot).png().toBuffer())).width, 1);
    assert.equal((await take(await sharp(flat).png().toBuffer())).width, 20_000);
  });

  test('refuses what is no picture that is taken, and says what it is', async () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';
    await refuses(Buffer.alloc(0), 'unsupported_image', /an empty file/);
    await refuses(Buffer.from(svg), 'unsupported_image', /an SVG drawing.*JPEG, PNG, WebP/);
    await refuses(Buffer.from(`\ufeff<?xml version="1.0"?>${svg}`), 'unsupported_image', /SVG/);
    await refuses(Buffer.from('%PDF-1.4\n%âãÏÓ\n'), 'unsupported_image', /a PDF document/);
    await refuses(Buffer.from('#!/bin/sh\necho hello\n'), 'unsupported_image', /a text file/);
  });

  test('refuses a picture whose bytes only claim to be one', async () => {
    const claims = ['\xff\xd8\xff\xe0', '\x89PNG\r\n\x1a\n', 'GIF89a', 'RIFF\x20\0\0\0WEBPVP8 ', 'II*\0'];
    for (const claim of claims) {
      const file = Buffer.concat([Buffer.from(claim, 'latin1'), Buffer.from('<svg></svg>'.repeat(20))]);
      await refuses(file, 'broken_image');
    }
  });

  for (const format of ['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const) {
    test(`refuses a ${format} file that ends too early`, async () => {
      const file = await sign.clone().toFormat(format).toBuffer();
      await take(file);
      for (const share of [0.02, 0.3, 0.6, 0.9]) {
        await refuses(file.subarray(0, Math.floor(file.length * share)), 'broken_image');
      }
    });
  }

  test('refuses files that lack only their last bytes', async () => {
    for (const format of ['jpeg', 'png', 'webp'] as const) {
      const file = await sign.clone().toFormat(format).toBuffer();
      for (const missing of [20, 200]) await refuses(file.subarray(0, -missing), 'broken_image');
    }
  });

  test('refuses a progressive JPEG that stops after its first scans', async () => {
    const file = await sign.clone().jpeg({ progressive: true }).toBuffer();
    await refuses(file.subarray(0, Math.floor(file.length * 0.6)), 'broken_image');
  });

  test('refuses a picture with damage in its middle', async () => {
    for (const format of ['jpeg', 'png'] as const) {
      const file = await sign.clone().toFormat(format).toBuffer();
      file.fill(0xa5, file.length >> 1, (file.length >> 1) + 64);
      await refuses(file, 'broken_image');
    }
  });

  test('refuses more than 100 megapixels without decoding them', async () => {
    const bomb = pngBomb(60_000, 60_000);
    assert.ok(bomb.length < 1_000_000);
    const before = process.memoryUsage().rss;
    await refuses(bomb, 'too_many_pixels', /60000 x 60000/);
    assert.ok(process.memoryUsage().rss - before < 100e6);
  });

  test('refuses what would take too much memory to decode, by its header', async () => {
    const [bits, colour] = [16, 6];
    await refuses(
      pngBomb(10_000, 9000, { bits, colour, interlaced: true }),
      'too_many_pixels',
      /PNG picture of 10000 x 9000 pixels would take 936 MB .* at most 480 MB .* JPEG that is not progressive/,
    );
    const gif = Buffer.from(
      'GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;',
      'latin1',
    );
    for (const screenOrFrame of [6, 24]) {
      gif.writeUInt16LE(10_000, screenOrFrame);
      gif.writeUInt16LE(9000, screenOrFrame + 2);
    }
    await refuses(gif, 'too_many_pixels', /GIF picture of 10000 x 9000 .* 495 MB/);
    // The same size is taken where it is read row by row.
    assert.equal((await readHeader(pngBomb(10_000, 9000), LIMIT)).decodeBytes, 0);
  });

  test('decodes the largest pictures that are taken in bounded memory', async () => {
    const file = pngBomb(10_000, 10_000);
    const before = process.memoryUsage().rss;
    const { width } = await take(file);
    assert.equal(width, 10_000);
    assert.ok(process.memoryUsage().rss - before < 200e6);
  });
});
