import path from 'node:path';
import express, { type Express } from 'express';
import { createSecurityHeaders } from '../../src/http/security-headers.ts';
import { staticFiles } from '../../src/http/static-files.ts';
import { templateHelpers } from '../../src/http/template-helpers.ts';
import type { LayoutModel } from '../../src/http/view-model.ts';
import { PROJECT_ROOT } from '../../src/project-root.ts';
import { SAMPLE_PAGES } from './sample-pages.ts';

/** The sample pages under the program's own headers and static files, without its database. */
export function sampleSite(): Express {
  const app = express();
  app.set('view engine', 'ejs');
  app.set('views', path.join(PROJECT_ROOT, 'views'));
  app.enable('view cache');
  Object.assign(app.locals, templateHelpers);
  app.use(createSecurityHeaders(), staticFiles());
  app.get('/sample/:index/:feature/:page', (req, res) => {
    const { index, feature, page } = req.params;
    const template = `${feature}/${page}` as keyof typeof SAMPLE_PAGES;
    const visitor = feature === 'accounts' || template === 'site/landing';
    const layout: LayoutModel = {
      path: req.originalUrl,
      member: visitor ? null : { id: '1', name: 'Ada Lovelace', email: 'ada@example.org', role: 'member' },
      csrfToken: 'token',
      theme: 'system',
      flash: [
        { kind: 'success', message: 'Done.' },
        { kind: 'error', message: 'Not done.' },
      ],
      assetVersion: 'v1',
      registrationOpen: true,
      newFeedback: 3,
    };
    res.render(template, { ...SAMPLE_PAGES[template][Number(index)], layout });
  });
  return app;
}

/** Where a template is shown with one of its sample models. */
export function samplePath(template: string, index: number): string {
  return `/sample/${index}/${template}`;
}
