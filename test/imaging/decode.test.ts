import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import sharp from 'sharp';
import { isSrgbProfile } from '../../src/imaging/colour-profile.ts';
import { decodePixels, readHeader } from '../../src/imaging/decode.ts';
import type { Pixels, Size } from '../../src/imaging/pixels.ts';

const LIMIT = 100_000_000;

async function decode(file: Buffer, size: Size): Promise<Pixels> {
  return (await decodePixels(file, await readHeader(file, LIMIT), size)).pixels;
}

function colourAt({ data, width }: Pixels, x: number, y: number): number[] {
  const at = (y * width + x) * 3;
  return [...data.subarray(at, at + 3)];
}

function assertClose(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  const off = actual.some((value, i) => Math.abs(value - (expected[i] ?? 0)) > tolerance);
  assert.ok(!off, `${actual} should be near ${expected}`);
}

/** Red, green above blue, white: every corner has a colour of its own. */
function corners(width: number, height: number): Promise<Buffer> {
  const [w, h] = [width / 2, height / 2];
  const patch = (background: string, left: number, top: number) => ({
    input: { create: { width: w, height: h, channels: 3 as const, background } },
    left,
    top,
  });
  return sharp({ create: { width, height, channels: 3, background: '#ffffff' } })
    .composite([patch('#ff0000', 0, 0), patch('#00ff00', w, 0), patch('#0000ff', 0, h)])
    .png()
    .toBuffer();
}

/** What must be done to an upright picture so that a viewer who obeys the orientation sees it upright again. */
async function stored(upright: Buffer, orientation: number): Promise<Buffer> {
  const turns = [0, 0, 0, 180, 180, 90, 270, 270, 90][orientation] ?? 0;
  const mirrored = [2, 4, 5, 7].includes(orientation);
  const turned = await sharp(upright).rotate(turns).png().toBuffer();
  const picture = sharp(turned).flop(mirrored);
  return picture.jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).withMetadata({ orientation }).toBuffer();
}

async function srgbProfile(): Promise<Buffer> {
  const plain = { create: { width: 1, height: 1, channels: 3 as const, background: '#ffffff' } };
  const { icc } = await sharp(await sharp(plain).withIccProfile('srgb').png().toBuffer()).metadata();
  return icc ?? assert.fail('no profile');
}

/** The places of a profile's three curves in its table of contents. */
function curveEntries(profile: Buffer): number[] {
  return ['rTRC', 'gTRC', 'bTRC'].map((name) => profile.indexOf(name, 132, 'latin1'));
}

/** The profile with curves that leave values as they are. */
function linearLight(profile: Buffer): Buffer {
  const linear = Buffer.from(profile);
  for (const entry of curveEntries(linear)) {
    const curve = linear.readUInt32BE(entry + 4);
    linear.writeUInt16BE(0, curve + 8); // A power, and nothing else …
    linear.writeInt32BE(65_536, curve + 12); // … of 1.
  }
  return linear;
}

function srgbToLight(stored: number): number {
  return stored <= 0.04045 ? stored / 12.92 : ((stored + 0.055) / 1.055) ** 2.4;
}

/** The profile with its curves written as tables, as older programs do. */
function tabled(profile: Buffer, toLight: (stored: number) => number): Buffer {
  const table = Buffer.alloc(12 + 2 * 1024);
  table.write('curv', 'latin1');
  table.writeUInt32BE(1024, 8);
  for (let i = 0; i < 1024; i++) table.writeUInt16BE(Math.round(toLight(i / 1023) * 65_535), 12 + 2 * i);
  const longer = Buffer.concat([profile, table]);
  for (const entry of curveEntries(longer)) {
    longer.writeUInt32BE(profile.length, entry + 4);
    longer.writeUInt32BE(table.length, entry + 8);
  }
  return longer;
}

describe('decoding', () => {
  for (let orientation = 1; orientation <= 8; orientation++) {
    test(`turns a picture of EXIF orientation ${orientation} upright`, async () => {
      const file = await stored(await corners(160, 96), orientation);
      const header = await readHeader(file, LIMIT);
      assert.deepEqual([header.width, header.height, header.orientation], [160, 96, orientation]);
      const pixels = await decode(file, { width: 80, height: 48 });
      assert.deepEqual([pixels.width, pixels.height], [80, 48]);
      assertClose(colourAt(pixels, 10, 10), [255, 0, 0], 6);
      assertClose(colourAt(pixels, 70, 10), [0, 255, 0], 6);
      assertClose(colourAt(pixels, 10, 40), [0, 0, 255], 6);
      assertClose(colourAt(pixels, 70, 40), [255, 255, 255], 6);
    });
  }

  test('knows that a reduced JPEG may reach beyond the photo, on whichever side it was stored', async () => {
    const upright = await corners(1002, 602);
    const size = { width: 125, height: 75 };
    const plain = await stored(upright, 1);
    const turned = await stored(upright, 3);
    const { frame } = await decodePixels(plain, await readHeader(plain, LIMIT), size);
    const { frame: turnedFrame } = await decodePixels(turned, await readHeader(turned, LIMIT), size);
    assert.deepEqual(frame, { scaleX: 1004 / 125, scaleY: 604 / 75, offsetX: 0, offsetY: 0 });
    assert.deepEqual(turnedFrame, { ...frame, offsetX: 1002 - 1004, offsetY: 602 - 604 });
  });

  const size = { width: 16, height: 16 };
  const plain = (background: string) => sharp({ create: { width: 32, height: 32, channels: 4, background } });

  test('brings CMYK to sRGB', async () => {
    const file = await plain('#c03020').flatten().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    assert.equal((await sharp(file).metadata()).space, 'cmyk');
    assertClose(colourAt(await decode(file, size), 8, 8), [0xc0, 0x30, 0x20], 25);
  });

  test('brings a foreign colour profile to sRGB', async () => {
    const file = await plain('#00ff00').flatten().withIccProfile('p3').png().toBuffer();
    assertClose(colourAt(await decode(file, size), 8, 8), [0, 255, 0], 4);
  });

  test('takes the colours of a picture with a profile of sRGB as they are', async () => {
    const file = await plain('#20c060').flatten().withIccProfile('srgb').png().toBuffer();
    assert.equal((await readHeader(file, LIMIT)).profileIsSrgb, true);
    assertClose(colourAt(await decode(file, size), 8, 8), [0x20, 0xc0, 0x60], 0);
    const foreign = await plain('#20c060').flatten().withIccProfile('p3').png().toBuffer();
    assert.equal((await readHeader(foreign, LIMIT)).profileIsSrgb, false);
  });

  test('is not misled by a profile of linear light that has the name of sRGB', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'detectx-profile-'));
    try {
      const linear = path.join(folder, 'linear.icc');
      await writeFile(linear, linearLight(await srgbProfile()));
      const file = await plain('#20c060').flatten().withIccProfile(linear).png().toBuffer();
      assert.equal((await readHeader(file, LIMIT)).profileIsSrgb, false);
      assertClose(colourAt(await decode(file, size), 8, 8), [0x20, 0xc0, 0x60], 3);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('knows sRGB by a table of its curve too', async () => {
    assert.equal(isSrgbProfile(tabled(await srgbProfile(), srgbToLight)), true);
    assert.equal(isSrgbProfile(tabled(await srgbProfile(), (stored) => stored ** 1.8)), false);
  });

  test('takes no profile for sRGB that is cut off or of another kind', async () => {
    const profile = await srgbProfile();
    assert.equal(isSrgbProfile(profile), true);
    for (let length = 0; length < profile.length; length += 7) {
      assert.equal(isSrgbProfile(profile.subarray(0, length)), false, `${length} bytes`);
    }
    const grey = Buffer.from(profile);
    grey.write('GRAY', 16, 'latin1');
    assert.equal(isSrgbProfile(grey), false);
  });

  test('brings grey and 16 bits to three channels of 8 bits', async () => {
    const grey = await plain('#808080').flatten().toColourspace('b-w').png().toBuffer();
    const deep = await plain('#4080c0').flatten().toColourspace('rgb16').png().toBuffer();
    const deepGrey = await plain('#808080').flatten().toColourspace('grey16').png().toBuffer();
    assertClose(colourAt(await decode(grey, size), 8, 8), [128, 128, 128], 1);
    assertClose(colourAt(await decode(deep, size), 8, 8), [0x40, 0x80, 0xc0], 1);
    assertClose(colourAt(await decode(deepGrey, size), 8, 8), [128, 128, 128], 1);
  });

  test('lays transparent pictures on white', async () => {
    const clear = await plain('rgba(0, 0, 0, 0)').png().toBuffer();
    const half = await plain('rgba(255, 0, 0, 0.5)').webp({ lossless: true }).toBuffer();
    assertClose(colourAt(await decode(clear, size), 8, 8), [255, 255, 255], 0);
    assertClose(colourAt(await decode(half, size), 8, 8), [255, 127, 127], 2);
  });

  test('takes the first frame of a moving picture', async () => {
    const frames = await Promise.all(
      ['#ff0000', '#0000ff'].map((colour) => plain(colour).flatten().png().toBuffer()),
    );
    const gif = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    assert.equal((await sharp(gif).metadata()).pages, 2);
    const header = await readHeader(gif, LIMIT);
    assert.deepEqual([header.width, header.height, header.mediaType], [32, 32, 'image/gif']);
    assertClose(colourAt(await decode(gif, size), 8, 8), [255, 0, 0], 2);
  });

  test('reads every format that is taken', async () => {
    for (const format of ['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const) {
      const file = await plain('#3070b0').flatten().toFormat(format).toBuffer();
      const header = await readHeader(file, LIMIT);
      assert.equal(header.mediaType, `image/${format}`);
      assertClose(colourAt(await decode(file, size), 8, 8), [0x30, 0x70, 0xb0], 6);
    }
  });
});
