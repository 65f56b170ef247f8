import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { z } from 'zod';
import { AppError } from '../../src/errors.ts';
import { parse } from '../../src/http/validation.ts';
import { drawClock } from '../drawn-pictures.ts';
import { startTestApp, type TestApp } from '../test-app.ts';
import { type Browser, memberBrowser } from './browser.ts';

/** As the validator speaks of its own accord. */
const VALIDATOR =
  /Invalid (input:|option|key|element|[a-z]*:)|expected |received|Unrecognized|Too (small|big)|must (match|start|end|include)/;

describe('words for a value that is refused', () => {
  function refusal(schema: z.ZodType, value: unknown): string {
    try {
      parse(schema, value);
    } catch (error) {
      assert.ok(error instanceof AppError);
      return error.fields.map(({ message }) => message).join('; ');
    }
    return assert.fail('it was taken');
  }

  test('say what was wrong and what is taken', () => {
    const cases: [z.ZodType, unknown, string][] = [
      [z.string(), ['a', 'b'], 'takes one value, not several'],
      [z.string(), undefined, 'is missing; it takes a text'],
      [z.string(), null, 'takes a text, not nothing'],
      [z.int(), 'two', 'takes a number, not a text'],
      [z.int(), 1.5, 'takes a whole number'],
      [z.number(), Number.NaN, 'takes a number'],
      [z.boolean(), 1, 'takes true or false, not a number'],
      [z.array(z.string()), {}, 'takes a list, not a JSON object'],
      [z.object({}), 'text', 'takes a JSON object, not a text'],
      [z.enum(['a', 'b']), 'c', 'takes a or b'],
      [z.string().min(1), '', 'takes a text, not an empty one'],
      [z.string().min(2), '', 'takes at least 2 characters'],
      [z.string().max(1), 'ab', 'takes at most 1 character'],
      [z.array(z.string()).max(2), ['', '', ''], 'takes at most 2 entries'],
      [z.number().positive(), 0, 'takes more than 0'],
      [z.number().lt(3), 3, 'takes less than 3'],
      [z.number().multipleOf(5), 3, 'takes multiples of 5'],
      [z.email(), 'ada', 'takes an e-mail address, such as ada@example.org'],
      [z.string().regex(/x/), 'y', 'is written in another way than is taken here'],
      [z.strictObject({}), { a: 1 }, 'takes no a'],
      [z.union([z.string(), z.number()]), true, 'has a value that is not taken here'],
      [z.string().refine(() => false), '', 'has a value that is not taken here'],
      [z.string('takes a name'), 1, 'takes a name'],
    ];
    for (const [schema, value, words] of cases) assert.equal(refusal(schema, value), words);
  });

  describe('of the whole program', () => {
    let app: TestApp;
    let admin: Browser;

    before(async () => {
      app = await startTestApp();
      admin = await memberBrowser(app.server, 'ada@example.org');
    });
    after(() => app?.close());

    test('are never the validator’s, whichever field a query has twice', async () => {
      const lists = {
        '/photos': [
          'label',
          'text',
          'from',
          'to',
          'minScore',
          'q',
          'sort',
          'cursor',
          'cursorBefore',
          'limit',
        ],
        '/photos/trash': ['cursor'],
        '/admin': ['from', 'to', 'precision'],
        '/admin/detections': [
          'label',
          'userId',
          'user',
          'text',
          'from',
          'minScore',
          'model',
          'sort',
          'format',
        ],
        '/admin/users': ['q', 'role', 'state', 'sort', 'cursor'],
        '/admin/audit': ['act', 'email', 'from', 'cursor', 'format'],
        '/admin/feedback': ['state', 'rating', 'text', 'from', 'photo', 'limit', 'cursor', 'format'],
      };
      for (const [page, fields] of Object.entries(lists)) {
        const twin = page.startsWith('/admin/users') ? [] : [page.replace('/', '/api/v1/')];
        for (const path of [page, ...twin]) {
          for (const field of fields) {
            const { status, text } = await admin.get(`${path}?${field}=a&${field}=b`);
            assert.ok(status < 500, `${path}?${field}: ${status}`);
            assert.doesNotMatch(text, VALIDATOR, `${path}?${field}`);
          }
        }
      }
    });

    test('name the field on pages', async () => {
      // The gallery has filters as soon as there is a photo.
      await admin.upload('/photos', { filename: 'clock.png', file: drawClock().png });
      for (const path of ['/admin/detections', '/photos']) {
        const { status, text } = await admin.get(`${path}?label=a&label=b`);
        assert.equal(status, 400);
        assert.match(text, /<a href="#label">Label takes one value, not several\.</, path);
      }
    });

    test('are plain for bodies of the API', async () => {
      for (const [path, body, errors] of [
        ['/api/v1/admin/reanalysis', { label: '' }, 'label takes a text, not an empty one'],
        ['/api/v1/admin/reanalysis', { label: [] }, 'label takes a text or a number'],
        [
          '/api/v1/photos/export',
          { format: 'coco', id: ['x'.repeat(40)] },
          'id.0 takes at most 36 characters',
        ],
      ] as const) {
        const answer = await admin.call('post', path, body);
        assert.equal(answer.status, 400, path);
        const told: { path: string; message: string }[] = answer.body.errors;
        assert.equal(told.map((one) => `${one.path} ${one.message}`).join(), errors);
      }
    });
  });
});
