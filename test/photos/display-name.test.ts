import assert from 'node:assert/strict';
import { test } from 'node:test';
import { displayName } from '../../src/photos/display-name.ts';

test('the name of a file is fit to be shown, and is left as it is once it is', () => {
  const names: [sent: string, shown: string][] = [
    ['C:\\photos\\dog.jpg', 'dog.jpg'],
    ['', 'photo'],
    ['a\u202egpj.exe', 'agpj.exe'],
    // What is unseen stands between a letter and its accent.
    ['a\u200e\u0301.jpg', 'á.jpg'],
    ['\ud800.jpg', '\ufffd.jpg'],
    [`${'x'.repeat(300)}.jpeg`, `${'x'.repeat(194)}….jpeg`],
  ];
  for (const [sent, shown] of names) {
    assert.equal(displayName(sent), shown);
    assert.equal(displayName(shown), shown);
  }
});
