import { type AccountServices, createAccountServices } from './account-services.ts';
import { AccountRemoval } from './accounts/account-removal.ts';
import { OwnDataArchive } from './accounts/own-data-archive.ts';
import { DetectionHistory } from './admin/detection-history-read-model.ts';
import { MemberDirectory } from './admin/member-directory-read-model.ts';
import { PhotoChoices } from './admin/photo-choice-read-model.ts';
import { ReanalysisRepository } from './admin/reanalysis-repository.ts';
import { ReanalysisRunner } from './admin/reanalysis-runner.ts';
import { ReanalysisService } from './admin/reanalysis-service.ts';
import { StatisticsReadModel } from './admin/statistics-read-model.ts';
import { StatisticsService } from './admin/statistics-service.ts';
import type { Config } from './config.ts';
import { CorrectionRepository } from './corrections/correction-repository.ts';
import { CorrectionService } from './corrections/correction-service.ts';
import { AttemptStore } from './database/attempt-store.ts';
import { type Database, migrateUp, openDatabase } from './database/database.ts';
import { createDatasetServices, type DatasetServices } from './dataset-services.ts';
import { createEngineServices, type EngineServices } from './engine-services.ts';
import { FeedbackMails } from './feedback/feedback-mails.ts';
import { FeedbackRepository } from './feedback/feedback-repository.ts';
import { FeedbackService } from './feedback/feedback-service.ts';
import { InboxReadModel } from './feedback/inbox-read-model.ts';
import { InboxService } from './feedback/inbox-service.ts';
import { SessionStore } from './http/session-store.ts';
import { Throttle } from './http/throttle.ts';
import { withDetector } from './inference/detector-settings.ts';
import { loadModelManifest, type ModelManifest } from './inference/model-manifest.ts';
import { assertEngineInstalled } from './inference/open-engine.ts';
import { LIMITS, type Limits } from './limits.ts';
import type { Logger } from './logger.ts';
import { AnalysisLog } from './mlflow/analysis-log.ts';
import { type Analyser, AnalysisQueue } from './photos/analysis-queue.ts';
import { OwnLabels } from './photos/own-label-read-model.ts';
import { PhotoArchive } from './photos/photo-archive.ts';
import { PhotoFiles } from './photos/photo-files.ts';
import { PhotoPictures } from './photos/photo-pictures.ts';
import { PhotoReanalysis } from './photos/photo-reanalysis.ts';
import { PhotoRepository } from './photos/photo-repository.ts';
import { PhotoSearchRepository } from './photos/photo-search-repository.ts';
import { PhotoService } from './photos/photo-service.ts';
import { SavedSearchRepository } from './photos/saved-search-repository.ts';
import { SavedSearchService } from './photos/saved-search-service.ts';
import { TrashRepository } from './photos/trash-repository.ts';
import { TrashService } from './photos/trash-service.ts';
import { WitnessedAnalyser } from './photos/witnessed-analyser.ts';
import { MODELS_DIR } from './project-root.ts';
import { readCertificates } from './read-certificates.ts';
import { readDetectorSettings } from './read-detector-settings.ts';
import { readOrCreateSessionSecret } from './session-secret.ts';
import { lockStorage } from './storage-lock.ts';

/** Nobody has more to say; a program that runs wild has. */
const FEEDBACK_FLOOD = { name: 'feedback', attempts: 10, windowSeconds: 60 * 60 };

/** All parts of the running program, put together. */
export interface Services
  extends Omit<AccountServices, 'members'>,
    Omit<EngineServices, 'giveUpCalls' | 'closeEngine'> {
  config: Config;
  limits: Readonly<Limits>;
  logger: Logger;
  sessionSecret: string;
  database: Database;
  sessionStore: SessionStore;
  directory: MemberDirectory;
  /** The detections of everybody. */
  history: DetectionHistory;
  statistics: StatisticsService;
  removal: AccountRemoval;
  ownData: OwnDataArchive;
  photos: PhotoService;
  /** What analyses photos, stored ones and those that pass. */
  analyser: Analyser;
  feedback: FeedbackService;
  inbox: InboxService;
  corrections: CorrectionService;
  datasets: DatasetServices;
  searches: SavedSearchService;
  pictures: PhotoPictures;
  photoFiles: PhotoFiles;
  trash: TrashService;
  /** Pictures of photos in the trash. */
  trashPictures: PhotoPictures;
  reanalyses: ReanalysisService;
  /** What carries them out. */
  reanalysisRunner: ReanalysisRunner;
  /** What the models are. */
  manifest: ModelManifest;
  /** Names that detections can have. */
  labels: readonly string[];
  /** Finishes what is in work and lets go of everything. */
  close(): Promise<void>;
}

/**
 * Takes the folders for this process, opens the database and brings it up to date, and starts the engine. What an
 * earlier run left is not touched yet: `serve` does that.
 */
export async function createServices(
  config: Config,
  logger: Logger,
  limits: Readonly<Limits> = LIMITS,
): Promise<Services> {
  await assertEngineInstalled(config.inferenceEngine);
  const built = await loadModelManifest(MODELS_DIR);
  const detector = await readDetectorSettings(config, built.models.object_detector.labels);
  const manifest = withDetector(built, detector);
  const certificates = await readCertificates(config.tensorflowServing.certificatesFile);
  const sessionSecret = config.sessionSecret ?? (await readOrCreateSessionSecret(config.dataDir));
  const lock = lockStorage(config);
  const database = openDatabase(config.database);
  const migrated = await migrateUp(database);
  if (migrated.length > 0) logger.info({ migrations: migrated }, 'database brought up to date');

  const engine = await createEngineServices(config, manifest, detector, certificates, limits, logger);
  const { pool } = engine;
  const { members, ...account } = createAccountServices(database, config, sessionSecret, logger);
  const photoRepository = new PhotoRepository(database);
  const photoFiles = new PhotoFiles(config.uploadsDir);
  const analysisLog = config.mlflow && new AnalysisLog({ address: config.mlflow, logger, ...limits.mlflow });
  const analyser = analysisLog ? new WitnessedAnalyser(pool, analysisLog) : pool;
  const queue = new AnalysisQueue({
    photos: photoRepository,
    files: photoFiles,
    analyser,
    logger,
    concurrency: limits.analysesAtOnce,
    maxWaiting: limits.maxWaitingPhotos,
    patience: limits.patience,
  });
  const reanalysis = new PhotoReanalysis({
    photos: photoRepository,
    files: photoFiles,
    queue,
    analyser,
    patience: limits.patience,
    logger,
  });
  const trashRepository = new TrashRepository(database);
  const photos = new PhotoService({
    photos: photoRepository,
    search: new PhotoSearchRepository(database),
    ownLabels: new OwnLabels(database),
    files: photoFiles,
    queue,
    reanalysis,
    imaging: pool,
    quotas: account.quotas,
    trash: trashRepository,
    logger,
  });
  const labels = manifest.models.object_detector.labels.map(({ name }) => name);
  const corrections = new CorrectionService({
    corrections: new CorrectionRepository(database),
    photos,
    labels,
  });
  const trash = new TrashService({
    trash: trashRepository,
    photos,
    files: photoFiles,
    days: config.trashDays,
    logger,
  });
  const feedbackRepository = new FeedbackRepository(database);
  const feedback = new FeedbackService({
    feedback: feedbackRepository,
    photos,
    throttle: new Throttle(new AttemptStore(database), FEEDBACK_FLOOD),
  });
  const inbox = new InboxService({
    inbox: new InboxReadModel(database),
    feedback: feedbackRepository,
    mailer: account.mailer,
    mails: new FeedbackMails(config.baseUrl),
  });
  const datasets = createDatasetServices({ config, photos, files: photoFiles, corrections, manifest });
  const searches = new SavedSearchService({ searches: new SavedSearchRepository(database) });
  const reanalyses = new ReanalysisRepository(database);
  const choices = new PhotoChoices(database);
  const reanalysisRunner = new ReanalysisRunner({
    reanalyses,
    choices,
    photos: reanalysis,
    labels,
    logger,
  });
  const history = new DetectionHistory(database);
  const sessionStore = new SessionStore(database, logger);

  return {
    config,
    limits,
    logger,
    sessionSecret,
    database,
    sessionStore,
    ...account,
    directory: new MemberDirectory(database),
    corrections,
    history,
    statistics: new StatisticsService({ counts: new StatisticsReadModel(database) }),
    removal: new AccountRemoval({ members, photos, corrections, searches, feedback, ...account }),
    ownData: new OwnDataArchive({
      ...account,
      feedback,
      searches,
      photos: new PhotoArchive({ photos, trash, kept: photoRepository, files: photoFiles, corrections }),
    }),
    photos,
    feedback,
    inbox,
    datasets,
    searches,
    pictures: new PhotoPictures({ photos, files: photoFiles, maker: pool }),
    photoFiles,
    trash,
    trashPictures: new PhotoPictures({ photos: trash, files: photoFiles, maker: pool }),
    reanalyses: new ReanalysisService({ reanalyses, choices, history, labels, runner: reanalysisRunner }),
    reanalysisRunner,
    pool,
    analyser,
    modelStates: engine.modelStates,
    askModelStates: engine.askModelStates,
    manifest,
    labels,
    async close() {
      const imported = datasets.importer.close();
      const finished = Promise.all([queue.close(), reanalysisRunner.close()]);
      // Their photos stay queued: a server that is slow must not hold up the end of the program.
      engine.giveUpCalls();
      await Promise.all([finished, imported]);
      await analysisLog?.close();
      await trash.close();
      await engine.closeEngine();
      await account.mailer.close();
      sessionStore.close();
      await database.destroy();
      lock.release();
    },
  };
}
