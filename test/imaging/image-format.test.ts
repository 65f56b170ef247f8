import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sniffFormat } from '../../src/imaging/image-format.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

test('formats that are taken are known by their first bytes', () => {
  const isoMedia = '\0\0\0\x1cftypmif1\0\0\0\0mif1avif';
  assert.deepEqual(sniffFormat(bytes('\xff\xd8\xff\xe0')), { format: 'jpeg' });
  assert.deepEqual(sniffFormat(bytes('\x89PNG\r\n\x1a\n')), { format: 'png' });
  assert.deepEqual(sniffFormat(bytes('RIFF\0\0\0\0WEBPVP8 ')), { format: 'webp' });
  assert.deepEqual(sniffFormat(bytes('GIF89a')), { format: 'gif' });
  assert.deepEqual(sniffFormat(bytes('II*\0')), { format: 'tiff' });
  assert.deepEqual(sniffFormat(bytes('\0\0\0\x14ftypavif\0\0\0\0avif')), { format: 'avif' });
  assert.deepEqual(sniffFormat(bytes(isoMedia)), { format: 'avif' });
});

test('what is not taken is named', () => {
  const found = (text: string) => {
    const sniffed = sniffFormat(bytes(text));
    return 'found' in sniffed ? sniffed.found : sniffed.format;
  };
  assert.equal(found(''), 'an empty file');
  assert.equal(found('<?xml version="1.0"?>\n<!-- x -->\n<svg xmlns="…">'), 'an SVG drawing');
  assert.equal(found('%PDF-1.7'), 'a PDF document');
  assert.equal(found('BM\x36\0'), 'a BMP picture');
  assert.equal(found('\0\0\0\x18ftypheic\0\0\0\0mif1heic'), 'a HEIC picture');
  assert.equal(found('\0\0\0\x18ftypmp42\0\0\0\0isommp42'), 'a video');
  assert.equal(found('<!DOCTYPE html><p>'), 'a web page');
  assert.equal(found('hello there'), 'a text file');
  assert.equal(found('\x00\x01\x02\x03'), 'no picture format that is known here');
});
