import path from 'node:path';
import { AccountService } from './accounts/account-service.ts';
import { MemberRepository } from './accounts/member-repository.ts';
import { TokenRepository } from './accounts/token-repository.ts';
import { TokenService } from './accounts/token-service.ts';
import type { Config } from './config.ts';
import { type Database, migrateUp, openDatabase } from './database/database.ts';
import { SessionStore } from './http/session-store.ts';
import { loadModelManifest } from './inference/model-manifest.ts';
import { type AnalysisPool, createAnalysisPool } from './inference/pool/analysis-pool.ts';
import type { Logger } from './logger.ts';
import { AnalysisQueue } from './photos/analysis-queue.ts';
import { PhotoFiles } from './photos/photo-files.ts';
import { PhotoPictures } from './photos/photo-pictures.ts';
import { PhotoRepository } from './photos/photo-repository.ts';
import { PhotoService } from './photos/photo-service.ts';
import { PROJECT_ROOT } from './project-root.ts';
import { readOrCreateSessionSecret } from './session-secret.ts';

/** Width times height above which a photo is refused. */
const MAX_PIXELS = 100_000_000;
/** Photos analysed side by side: one per core keeps the pool busy, a few more hide reading and saving. */
const QUEUE_CONCURRENCY = 4;
const QUEUE_MAX_WAITING = 128;

/** All parts of the running program, put together. */
export interface Services {
  config: Config;
  logger: Logger;
  sessionSecret: string;
  database: Database;
  sessionStore: SessionStore;
  accounts: AccountService;
  tokens: TokenService;
  photos: PhotoService;
  pictures: PhotoPictures;
  photoFiles: PhotoFiles;
  pool: AnalysisPool;
  /** Names that detections can have. */
  labels: readonly string[];
  /** Finishes what is in work and lets go of everything. */
  close(): Promise<void>;
}

/** Opens the database and brings it up to date, starts the engine, and takes up what an earlier run left. */
export async function createServices(config: Config, logger: Logger): Promise<Services> {
  const modelsDir = path.join(PROJECT_ROOT, 'models');
  const manifest = await loadModelManifest(modelsDir);
  const sessionSecret = config.sessionSecret ?? (await readOrCreateSessionSecret(config.dataDir));
  const database = openDatabase(config.database);
  const migrated = await migrateUp(database);
  if (migrated.length > 0) logger.info({ migrations: migrated }, 'database brought up to date');

  const pool = createAnalysisPool({ engine: config.inferenceEngine, modelsDir, maxPixels: MAX_PIXELS });
  const photoRepository = new PhotoRepository(database);
  const photoFiles = new PhotoFiles(config.uploadsDir);
  const queue = new AnalysisQueue({
    photos: photoRepository,
    files: photoFiles,
    analyser: pool,
    logger,
    concurrency: QUEUE_CONCURRENCY,
    maxWaiting: QUEUE_MAX_WAITING,
  });
  const photos = new PhotoService({
    photos: photoRepository,
    files: photoFiles,
    queue,
    imaging: pool,
    logger,
  });
  const members = new MemberRepository(database);
  const sessionStore = new SessionStore(database, logger);
  await photos.recover();

  return {
    config,
    logger,
    sessionSecret,
    database,
    sessionStore,
    accounts: new AccountService({ members }),
    tokens: new TokenService({ tokens: new TokenRepository(database), members, logger }),
    photos,
    pictures: new PhotoPictures({ photos, files: photoFiles, maker: pool }),
    photoFiles,
    pool,
    labels: manifest.models.object_detector.labels.map(({ name }) => name),
    async close() {
      await queue.close();
      await pool.close();
      sessionStore.close();
      await database.destroy();
    },
  };
}
