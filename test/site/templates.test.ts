import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import ejs from 'ejs';
import { templateHelpers } from '../../src/http/template-helpers.ts';
import type { LayoutMember, LayoutModel } from '../../src/http/view-model.ts';
import { PROJECT_ROOT } from '../../src/project-root.ts';
import { SAMPLE_PAGES } from './sample-pages.ts';

const ada: LayoutMember = { id: '1', name: 'Ada <Lovelace>', email: 'ada@example.org', role: 'member' };

async function render(template: string, model: object, member: LayoutMember | null): Promise<string> {
  const layout: LayoutModel = {
    path: '/somewhere',
    member,
    csrfToken: 'the-token',
    theme: 'dark',
    flash: [{ kind: 'success', message: 'Done <b>' }],
    assetVersion: 'v1',
    registrationOpen: true,
    newFeedback: 3,
  };
  const file = path.join(PROJECT_ROOT, 'views', `${template}.ejs`);
  return ejs.renderFile(file, { ...templateHelpers, ...model, layout });
}

for (const [template, models] of Object.entries(SAMPLE_PAGES)) {
  describe(template, () => {
    for (const [index, model] of models.entries()) {
      for (const member of [ada, null]) {
        test(`state ${index + 1}, ${member ? 'member' : 'visitor'}`, async () => {
          const html = await render(template, model, member);
          assertKeepsThePolicy(html);
          assertFormsCarryTheToken(html);
          assertAssetsExist(html);
          assert.doesNotMatch(html, /<img src=x|<Lovelace>|<here>|<b>/, 'markup came through unescaped');
          assert.doesNotMatch(html, /undefined|\[object Object\]|NaN/);
          assertIdsAreUnique(html);
        });
      }
    }
  });
}

/** The content security policy allows neither inline script nor inline style. */
function assertKeepsThePolicy(html: string): void {
  assert.doesNotMatch(html, /<style|\sstyle=|\son[a-z]+="/i);
  for (const [tag] of html.matchAll(/<script[^>]*>/g)) assert.match(tag, / src="\/assets\/js\//);
}

function assertFormsCarryTheToken(html: string): void {
  assert.match(html, /<meta name="csrf-token" content="the-token">/);
  for (const [, attributes, content] of html.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)) {
    if (!attributes?.includes('method="post"')) continue;
    assert.match(content ?? '', /^\s*<input type="hidden" name="_csrf" value="the-token">/);
  }
}

function assertAssetsExist(html: string): void {
  for (const [, file] of html.matchAll(/"\/assets\/([^"?]+)/g)) {
    assert.ok(existsSync(path.join(PROJECT_ROOT, 'public', file ?? '')), `public/${file} is missing`);
  }
}

function assertIdsAreUnique(html: string): void {
  const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
  assert.deepEqual(ids, [...new Set(ids)]);
}
