import type { Express } from 'express';
import { accountApi } from './accounts/account-api.ts';
import { accountPages } from './accounts/account-pages.ts';
import { assemble } from './http/assemble.ts';
import { createAuthentication } from './http/authentication.ts';
import { createCsrfProtection } from './http/csrf.ts';
import { operationRoutes } from './http/operations.ts';
import { themePages } from './http/theme-pages.ts';
import { createUploadReceiver } from './http/upload.ts';
import { TASKS } from './inference/analysis.ts';
import { analysisApi } from './photos/analysis-api.ts';
import { photoApi } from './photos/photo-api.ts';
import { photoPages } from './photos/photo-pages.ts';
import { uploadPages } from './photos/upload-pages.ts';
import type { Services } from './services.ts';
import { readExamplePhoto } from './site/example-photo.ts';
import { sitePages } from './site/site-pages.ts';
import { readVersion } from './site/version.ts';

const MAX_FILES = 20;

/** The whole site: what every request passes, and every address that answers. */
export function createApp(services: Services): Express {
  const { config, logger, accounts, tokens, photos, pictures, pool } = services;
  const csrf = createCsrfProtection({ secret: services.sessionSecret });
  const authentication = createAuthentication({ accounts });
  const receiver = (maxFiles: number) =>
    createUploadReceiver({ maxBytes: config.maxUploadBytes, maxFiles }, services.photoFiles.incoming, csrf);
  const limits = { maxUploadMb: config.maxUploadBytes / (1024 * 1024), maxFiles: MAX_FILES };
  const minScore = config.detectionMinScore;

  return assemble(
    {
      logger,
      sessionSecret: services.sessionSecret,
      sessionStore: services.sessionStore,
      authentication,
      tokens,
      csrf,
      trustProxy: config.trustProxy,
      registrationOpen: config.allowRegistration,
    },
    [
      ...sitePages({
        photos,
        admins: () => accounts.listAdmins(),
        example: readExamplePhoto(),
        limits,
        baseUrl: config.baseUrl,
        minScore,
        version: readVersion(),
      }),
      ...accountPages({
        accounts,
        authentication,
        throttle: services.throttle,
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
  );
}
