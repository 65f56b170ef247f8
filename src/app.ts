import type { Express } from 'express';
import { accountApi } from './accounts/account-api.ts';
import { accountPages } from './accounts/account-pages.ts';
import { auditPages } from './admin/audit-pages.ts';
import { detectionApi } from './admin/detection-api.ts';
import { detectionPages } from './admin/detection-pages.ts';
import { modelPages } from './admin/model-pages.ts';
import { overviewPages } from './admin/overview-pages.ts';
import { reanalysisApi } from './admin/reanalysis-api.ts';
import { reanalysisPages } from './admin/reanalysis-pages.ts';
import { statisticsApi } from './admin/statistics-api.ts';
import { userListPages } from './admin/user-list-pages.ts';
import { userPages } from './admin/user-pages.ts';
import { correctionApi } from './corrections/correction-api.ts';
import { correctionPages } from './corrections/correction-pages.ts';
import { IMPORT_LIMITS } from './datasets/dataset-importer.ts';
import { exportApi } from './datasets/export-api.ts';
import { exportPages } from './datasets/export-pages.ts';
import { importApi } from './datasets/import-api.ts';
import { importPages } from './datasets/import-pages.ts';
import { enterImport } from './datasets/import-routes.ts';
import { feedbackApi } from './feedback/feedback-api.ts';
import { feedbackPages } from './feedback/feedback-pages.ts';
import { inboxApi } from './feedback/inbox-api.ts';
import { inboxPages } from './feedback/inbox-pages.ts';
import { assemble } from './http/assemble.ts';
import { type Authentication, createAuthentication } from './http/authentication.ts';
import { type CsrfProtection, createCsrfProtection } from './http/csrf.ts';
import { operationRoutes } from './http/operations.ts';
import type { Route } from './http/route.ts';
import { themePages } from './http/theme-pages.ts';
import { createUploadReceiver } from './http/upload.ts';
import { DATASET_FIELD, PHOTO_FIELD } from './http/upload-refusals.ts';
import { TASKS } from './inference/analysis.ts';
import { analysisApi } from './photos/analysis-api.ts';
import { galleryPages } from './photos/gallery-pages.ts';
import { photoApi } from './photos/photo-api.ts';
import { photoPages } from './photos/photo-pages.ts';
import { savedSearchApi } from './photos/saved-search-api.ts';
import { savedSearchPages } from './photos/saved-search-pages.ts';
import { selectionPages } from './photos/selection-pages.ts';
import { MOST_OF_ONE_UPLOAD } from './photos/sweep-files.ts';
import { trashApi } from './photos/trash-api.ts';
import { trashPages } from './photos/trash-pages.ts';
import { uploadPages } from './photos/upload-pages.ts';
import type { Services } from './services.ts';
import { readExamplePhoto } from './site/example-photo.ts';
import { sitePages } from './site/site-pages.ts';
import { readVersion } from './site/version.ts';

/** The whole site: what every request passes, and every address that answers. */
export function createApp(services: Services): Express {
  const { config, logger, accounts, tokens } = services;
  const csrf = createCsrfProtection({ secret: services.sessionSecret });
  const authentication = createAuthentication({ accounts });
  return assemble(
    {
      logger,
      sessionSecret: services.sessionSecret,
      sessionStore: services.sessionStore,
      authentication,
      tokens,
      throttle: services.throttle,
      csrf,
      trustProxy: config.trustProxy,
      registrationOpen: config.allowRegistration,
      countNewFeedback: () => services.inbox.countNew(),
    },
    siteRoutes(services, authentication, csrf),
  );
}

/** Every address that answers, and who may call it. */
export function siteRoutes(
  services: Services,
  authentication: Authentication,
  csrf: CsrfProtection,
): Route[] {
  const { config, logger, accounts, audit, photos, corrections, pictures, searches, labels } = services;
  const receiver = (maxFiles: number) =>
    createUploadReceiver(
      { field: PHOTO_FIELD, maxBytes: config.maxUploadBytes, maxFiles },
      services.photoFiles.incoming,
      csrf,
    );
  const datasetReceiver = createUploadReceiver(
    { field: DATASET_FIELD, maxBytes: IMPORT_LIMITS.maxBytes, maxFiles: 1 },
    services.photoFiles.incoming,
    csrf,
    enterImport(services.datasets.importer),
  );
  const limits = { maxUploadMb: config.maxUploadBytes / (1024 * 1024), maxFiles: MOST_OF_ONE_UPLOAD };
  const minScore = config.detectionMinScore;
  const exporting = { ...services.datasets, photos, labels, idleMs: services.limits.idleMs };
  const history = {
    history: services.history,
    audit,
    labels: services.manifest.models.object_detector.labels,
    baseUrl: config.baseUrl,
  };

  return [
    ...sitePages({
      photos,
      admins: () => accounts.listAdmins(),
      example: readExamplePhoto(),
      limits,
      baseUrl: config.baseUrl,
      minScore,
      version: readVersion(),
      ownDetector: config.objectDetector.labelMap === null,
      modelServer: config.inferenceEngine === 'tensorflow-serving',
      trashDays: config.trashDays,
    }),
    ...accountPages({ ...services, authentication, allowRegistration: config.allowRegistration }),
    ...accountApi(services),
    ...overviewPages(services),
    ...statisticsApi(services),
    ...detectionPages(history),
    ...detectionApi(history),
    ...userListPages(services),
    ...userPages(services),
    ...modelPages(services),
    ...reanalysisPages(services),
    ...reanalysisApi(services),
    ...auditPages({ audit }),
    ...feedbackPages(services),
    ...feedbackApi(services),
    ...inboxPages(services),
    ...inboxApi(services),
    ...themePages(),
    ...uploadPages({
      photos,
      upload: receiver(MOST_OF_ONE_UPLOAD),
      limits,
      request: { tasks: [...TASKS], minScore },
    }),
    // Before the photos: their names are none of the ids of these.
    ...exportPages(exporting),
    ...exportApi(exporting),
    ...importPages({ upload: datasetReceiver }),
    ...importApi({ upload: datasetReceiver }),
    ...galleryPages({ photos, searches, labels }),
    ...selectionPages({ photos }),
    ...savedSearchPages({ searches, photos, labels }),
    ...savedSearchApi({ searches, photos, labels }),
    ...photoPages({ photos, corrections, pictures, audit }),
    ...trashPages({ trash: services.trash, pictures: services.trashPictures }),
    ...trashApi(services),
    ...correctionPages({ corrections, labels }),
    ...photoApi({
      photos,
      corrections,
      pictures,
      audit,
      upload: receiver(1),
      defaultMinScore: minScore,
      labels,
    }),
    ...correctionApi({ corrections }),
    ...analysisApi({
      analyser: services.analyser,
      upload: receiver(1),
      defaultMinScore: minScore,
      labels,
    }),
    ...operationRoutes({
      logger,
      checks: {
        database: async () => {
          await services.database.raw('select 1');
        },
      },
      modelStates: services.modelStates,
    }),
  ];
}
