import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { safeReturnPath } from '../../src/http/return-path.ts';

describe('return path', () => {
  for (const path of [
    '/',
    '/photos',
    '/photos?label=dog&next=//x',
    '/photos/1#text',
    '/a%2F%2Fb',
    "/it's/~a",
  ]) {
    test(`keeps ${path}`, () => assert.equal(safeReturnPath(path), path));
  }

  const refused = [
    'https://evil.example/',
    'HTTPS:evil.example',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    ' //evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
    '/%2e//evil.example',
    'javascript:alert(1)',
    'photos',
    '/photos\u0000',
    '/photos\r\nSet-Cookie: a=b',
    '/ｆullwidth',
    `/${'a'.repeat(2000)}`,
    '',
    undefined,
    null,
    7,
    ['/photos'],
    { toString: () => '/photos' },
  ];
  for (const value of refused) {
    test(`refuses ${JSON.stringify(value)?.slice(0, 40)}`, () => assert.equal(safeReturnPath(value), null));
  }
});
