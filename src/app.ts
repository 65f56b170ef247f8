import path from 'node:path';
import cookieParser from 'cookie-parser';
import express, { type Express } from 'express';
import { accountApi } from './accounts/account-api.ts';
import { accountPages } from './accounts/account-pages.ts';
import { AccountThrottle } from './accounts/account-throttle.ts';
import { createAuthentication } from './http/authentication.ts';
import { createAuthorization } from './http/authorization.ts';
import { createCsrfProtection } from './http/csrf.ts';
import { createErrorHandler, notFound } from './http/error-handler.ts';
import { operationRoutes } from './http/operations.ts';
import { createRequestLog } from './http/request-log.ts';
import { mountRoutes } from './http/route.ts';
import { createSecurityHeaders } from './http/security-headers.ts';
import { createSessions, keepSessionAlive } from './http/session.ts';
import { computeAssetVersion, staticFiles } from './http/static-files.ts';
import { templateHelpers } from './http/template-helpers.ts';
import { themePages } from './http/theme-pages.ts';
import { createUploadReceiver } from './http/upload.ts';
import { createViewLocals } from './http/view-locals.ts';
import { TASKS } from './inference/analysis.ts';
import { analysisApi } from './photos/analysis-api.ts';
import { photoApi } from './photos/photo-api.ts';
import { photoPages } from './photos/photo-pages.ts';
import { uploadPages } from './photos/upload-pages.ts';
import { PROJECT_ROOT } from './project-root.ts';
import type { Services } from './services.ts';
import { readExamplePhoto } from './site/example-photo.ts';
import { sitePages } from './site/site-pages.ts';
import { readVersion } from './site/version.ts';

const MAX_FILES = 20;
const MAX_FORM = '64kb';

/** The whole site: what every request passes, and every address that answers. */
export function createApp(services: Services): Express {
  const { config, logger, accounts, tokens, photos, pictures, pool } = services;
  const csrf = createCsrfProtection({ secret: services.sessionSecret });
  const authentication = createAuthentication({ accounts });
  const receiver = (maxFiles: number) =>
    createUploadReceiver({ maxBytes: config.maxUploadBytes, maxFiles }, services.photoFiles.incoming, csrf);
  const limits = { maxUploadMb: config.maxUploadBytes / (1024 * 1024), maxFiles: MAX_FILES };
  const minScore = config.detectionMinScore;

  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', config.trustProxy);
  app.set('view engine', 'ejs');
  app.set('views', path.join(PROJECT_ROOT, 'views'));
  app.enable('view cache');
  Object.assign(app.locals, templateHelpers);

  app.use(createRequestLog(logger));
  app.use(createSecurityHeaders());
  app.use(staticFiles());
  app.use(cookieParser());
  app.use(
    createViewLocals({
      csrf,
      assetVersion: computeAssetVersion(),
      registrationOpen: config.allowRegistration,
    }),
  );
  app.use(createSessions({ secret: services.sessionSecret, store: services.sessionStore }));
  app.use(...authentication.middleware, keepSessionAlive);
  app.use(express.urlencoded({ extended: false, limit: MAX_FORM }));
  app.use(express.json({ limit: MAX_FORM }));

  mountRoutes(
    app,
    [
      ...sitePages({
        photos,
        administrators: () => accounts.listAdministrators(),
        example: readExamplePhoto(),
        limits,
        baseUrl: config.baseUrl,
        minScore,
        version: readVersion(),
      }),
      ...accountPages({
        accounts,
        authentication,
        throttle: new AccountThrottle(),
        allowRegistration: config.allowRegistration,
      }),
      ...accountApi({ tokens }),
      ...themePages(),
      ...uploadPages({
        photos,
        upload: receiver(MAX_FILES),
        limits,
        request: { tasks: [...TASKS], minScore },
      }),
      ...photoPages({ photos, pictures }),
      ...photoApi({ photos, pictures, upload: receiver(1), defaultMinScore: minScore }),
      ...analysisApi({
        analyser: pool,
        upload: receiver(1),
        defaultMinScore: minScore,
        labels: services.labels,
      }),
      ...operationRoutes({
        logger,
        checks: {
          database: async () => {
            await services.database.raw('select 1');
          },
          engine: () => pool.ready(),
        },
      }),
    ],
    { authorize: createAuthorization({ tokens }), verifyCsrf: csrf.middleware },
  );
  app.use(notFound);
  app.use(createErrorHandler({ logger }));
  return app;
}
