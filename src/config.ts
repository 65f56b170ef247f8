import path from 'node:path';
import type { Quota } from './accounts/member.ts';
import type { DatabaseLocation } from './database/database.ts';
import type { EngineName } from './inference/engine.ts';
import type { Servables } from './inference/servable.ts';
import type { ServingAddress } from './inference/serving/serving-address.ts';
import type { TrackingAddress } from './mlflow/tracking-address.ts';
import { SETTINGS } from './settings.ts';
import { StartError } from './start-error.ts';

/** The whole configuration, read once at start; every part of the program gets only the slice it uses. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly database: DatabaseLocation;
  readonly uploadsDir: string;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** `undefined`: to be generated and kept in `dataDir`. */
  readonly sessionSecret: string | undefined;
  /** Null where there is no mail server. */
  readonly smtpUrl: string | null;
  /** `Name <address>` or an address. */
  readonly mailFrom: string;
  /** What each member may keep. */
  readonly quota: Quota;
  readonly inferenceEngine: EngineName;
  readonly tensorflowServing: {
    readonly address: ServingAddress;
    /** PEM file; null for the authorities that the system knows. */
    readonly certificatesFile: string | null;
  };
  /** What stands for the models where they are SavedModels. */
  readonly servables: Servables;
  readonly ocrCharset: 'latin' | 'full';
  /** What another object detector than the project's own needs; null where it is as with that. */
  readonly objectDetector: {
    /** Path of a label_map.pbtxt. */
    readonly labelMap: string | null;
    /** Pixels of the longest side of what it is sent. */
    readonly longestSide: number | null;
  };
  /** 0 to 1. */
  readonly detectionMinScore: number;
  /** Scores, 0 to 1, by label: what is below is not kept, also where `detectionMinScore` is lower. */
  readonly detectionMinScores: ReadonlyMap<string, number>;
  readonly maxUploadBytes: number;
  /** Days that a deleted photo stays in the trash. */
  readonly trashDays: number;
  /** Null where analyses are logged nowhere. */
  readonly mlflow: TrackingAddress | null;
  readonly logLevel: string;
  /** As Express's `trust proxy`. */
  readonly trustProxy: boolean | number | string;
  readonly allowRegistration: boolean;
}

/** A setting that stops the start. The message is one line: the variable, what it got, what it takes. */
export class ConfigError extends StartError {
  override readonly name = 'ConfigError';
}

/**
 * Reads the configuration from environment variables. Pure: touches neither files nor `process`.
 * @param env Environment variables; an empty value counts as unset.
 * @throws {ConfigError} at the first variable whose value is not one that it takes.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const value = <K extends keyof typeof SETTINGS>(name: K) => readSetting(name, env[name]);
  const dataDir = path.resolve(value('DATA_DIR'));
  const sessionSecret = value('SESSION_SECRET') || undefined;
  if (env.NODE_ENV === 'production' && !sessionSecret) {
    throw new ConfigError(
      `SESSION_SECRET is not set; with NODE_ENV=production it takes ${SETTINGS.SESSION_SECRET.takes}.`,
    );
  }
  refuseForeignDetector(value('INFERENCE_ENGINE'), env);
  refuseVersionLabels(value('INFERENCE_ENGINE'), env);
  const ownUrl = value('BASE_URL') ?? `http://localhost:${value('PORT')}`;
  const quotaMb = value('QUOTA_MB');
  const config: Config = {
    port: value('PORT'),
    host: value('HOST'),
    dataDir,
    database: value('DATABASE_URL') ?? { dialect: 'sqlite', file: path.join(dataDir, 'detectx.sqlite') },
    uploadsDir: path.resolve(value('UPLOADS_DIR')),
    baseUrl: ownUrl,
    sessionSecret,
    smtpUrl: value('SMTP_URL'),
    mailFrom: value('MAIL_FROM') || `DetectX <detectx@${new URL(ownUrl).hostname}>`,
    quota: { photos: value('QUOTA_PHOTOS'), bytes: quotaMb === null ? null : quotaMb * 1024 * 1024 },
    inferenceEngine: value('INFERENCE_ENGINE'),
    tensorflowServing: {
      address: value('TENSORFLOW_SERVING_URL'),
      certificatesFile: value('TENSORFLOW_SERVING_CA') || null,
    },
    servables: {
      object_detector: value('OBJECT_DETECTOR_SERVABLE'),
      text_detector: value('TEXT_DETECTOR_SERVABLE'),
      text_recognizer: value('TEXT_RECOGNIZER_SERVABLE'),
    },
    ocrCharset: value('OCR_CHARSET'),
    objectDetector: {
      labelMap: value('OBJECT_DETECTOR_LABEL_MAP'),
      longestSide: value('OBJECT_DETECTOR_INPUT_SIZE'),
    },
    detectionMinScore: value('DETECTION_MIN_SCORE'),
    detectionMinScores: value('DETECTION_MIN_SCORES'),
    maxUploadBytes: value('MAX_UPLOAD_MB') * 1024 * 1024,
    trashDays: value('TRASH_DAYS'),
    mlflow: value('MLFLOW_TRACKING_URI'),
    logLevel: value('LOG_LEVEL'),
    trustProxy: value('TRUST_PROXY'),
    allowRegistration: value('ALLOW_REGISTRATION'),
  };
  return Object.freeze(config);
}

type SettingValue<K extends keyof typeof SETTINGS> = Exclude<
  ReturnType<(typeof SETTINGS)[K]['read']>,
  undefined
>;

function readSetting<K extends keyof typeof SETTINGS>(name: K, given: string | undefined): SettingValue<K> {
  const { default: fallback, read, takes } = SETTINGS[name];
  const text = given?.trim() || fallback;
  const result = read(text);
  if (result === undefined) {
    const shown =
      name === 'SESSION_SECRET' ? `${text.length} characters long` : JSON.stringify(hidePassword(text));
    throw new ConfigError(`${name} is ${shown}; it takes ${takes}.`);
  }
  return result as SettingValue<K>;
}

/** The embedded engine runs the project's own object detector; what describes another one would make it tell nonsense. */
function refuseForeignDetector(engine: string, env: Readonly<Record<string, string | undefined>>): void {
  if (engine !== 'embedded') return;
  for (const name of ['OBJECT_DETECTOR_LABEL_MAP', 'OBJECT_DETECTOR_INPUT_SIZE'] as const) {
    const given = env[name]?.trim();
    if (given)
      throw new ConfigError(`${name} is ${JSON.stringify(given)}; it takes ${SETTINGS[name].takes}.`);
  }
}

/** Labels are given to versions by a TensorFlow Serving; a folder of models knows none. */
function refuseVersionLabels(engine: string, env: Readonly<Record<string, string | undefined>>): void {
  if (engine !== 'tfjs-node') return;
  for (const name of [
    'OBJECT_DETECTOR_SERVABLE',
    'TEXT_DETECTOR_SERVABLE',
    'TEXT_RECOGNIZER_SERVABLE',
  ] as const) {
    const given = env[name]?.trim();
    if (given?.includes('@')) {
      throw new ConfigError(
        `${name} is ${JSON.stringify(given)}; it takes a name or name:version with INFERENCE_ENGINE=tfjs-node.`,
      );
    }
  }
}

function hidePassword(text: string): string {
  return text.replace(/((?:^|:\/\/)[^:@/]*:)[^@]*@/, '$1***@');
}
