import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { PROJECT_ROOT } from '../../src/project-root.ts';
import { readExamplePhoto } from '../../src/site/example-photo.ts';

const images = path.join(PROJECT_ROOT, 'public', 'images');

test('the result on the front page belongs to the picture beside it', async () => {
  const { filename, sha256, width, height } = JSON.parse(
    readFileSync(path.join(images, 'example.json'), 'utf8'),
  );
  const picture = readFileSync(path.join(images, filename));
  assert.equal(createHash('sha256').update(picture).digest('hex'), sha256);
  const size = await sharp(picture).metadata();
  assert.deepEqual([size.width, size.height], [width, height]);
  const overlay = readExamplePhoto();
  assert.equal(overlay.imageUrl, `/assets/images/${filename}`);
  assert.ok(overlay.detections.length >= 3 && overlay.text.includes('STOP'));
});
