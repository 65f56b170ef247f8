import path from 'node:path';
import cookieParser from 'cookie-parser';
import express, { type Express } from 'express';
import type { Logger } from '../logger.ts';
import { PROJECT_ROOT } from '../project-root.ts';
import { createAdminNews } from './admin-news.ts';
import type { Authentication } from './authentication.ts';
import { createAuthorization, type TokenThrottle, type TokenVerifier } from './authorization.ts';
import type { CsrfProtection } from './csrf.ts';
import { createErrorHandler, notFound } from './error-handler.ts';
import { createRequestLog } from './request-log.ts';
import { mountRoutes, type Route } from './route.ts';
import { createSecurityHeaders } from './security-headers.ts';
import { createSessions, endOldSession, keepSessionAlive } from './session.ts';
import type { SessionStore } from './session-store.ts';
import { computeAssetVersion, staticFiles } from './static-files.ts';
import { templateHelpers } from './template-helpers.ts';
import { createViewLocals } from './view-locals.ts';

/** The largest body that is no upload. */
const MAX_FORM = '64kb';

/** What the site is put together from, beside its routes. */
export interface SiteParts {
  logger: Logger;
  sessionSecret: string;
  sessionStore: SessionStore;
  authentication: Authentication;
  tokens: TokenVerifier;
  throttle: TokenThrottle;
  csrf: CsrfProtection;
  /** As Express's `trust proxy`. */
  trustProxy: boolean | number | string;
  /** Whether pages offer to register. */
  registrationOpen: boolean;
  /** How many messages of members no admin has opened yet. */
  countNewFeedback(): Promise<number>;
}

/** What every request passes, in this order; then the routes; then what became of the rest. */
export function assemble(parts: SiteParts, routes: readonly Route[]): Express {
  const { logger, csrf, authentication, registrationOpen } = parts;
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', parts.trustProxy);
  app.set('view engine', 'ejs');
  app.set('views', path.join(PROJECT_ROOT, 'views'));
  app.enable('view cache');
  app.enable('case sensitive routing');
  Object.assign(app.locals, templateHelpers);

  app.use(createRequestLog(logger));
  app.use(createSecurityHeaders());
  app.use(staticFiles());
  app.use(cookieParser());
  app.use(createViewLocals({ csrf, assetVersion: computeAssetVersion(), registrationOpen }));
  app.use(createSessions({ secret: parts.sessionSecret, store: parts.sessionStore }));
  app.use(endOldSession, ...authentication.middleware, keepSessionAlive);
  app.use('/admin', createAdminNews(parts));
  app.use(express.urlencoded({ extended: false, limit: MAX_FORM }));
  app.use(express.json({ limit: MAX_FORM }));
  mountRoutes(app, routes, {
    authorize: createAuthorization(parts),
    verifyCsrf: csrf.middleware,
  });
  app.use(notFound);
  app.use(createErrorHandler({ logger }));
  return app;
}
