import path from 'node:path';
import { parseServable } from './inference/servable.ts';
import { parseServingAddress } from './inference/serving/serving-address.ts';
import { parseTrackingAddress } from './mlflow/tracking-address.ts';
import {
  baseUrl,
  databaseUrl,
  decimal,
  nonEmpty,
  oneOf,
  scoresByLabel,
  smtpUrl,
  trustProxy,
  wholeNumber,
} from './setting-readers.ts';

/** What can be set from outside: environment variable, default, how it is read, what it takes and means. */
interface Setting<T> {
  default: string;
  /** Returns the value, or `undefined` when the text is not one that the setting takes. */
  read: (text: string) => T | undefined;
  takes: string;
  meaning: string;
}

const setting = <T>(definition: Setting<T>): Setting<T> => definition;

const SERVABLE_FORM =
  'a name, name:version or name@label, with #signature behind it unless it is serving_default';

/** Every environment variable that the program reads. `.env.example` and the README are held against this table. */
export const SETTINGS = {
  PORT: setting({
    default: '3000',
    read: wholeNumber(0, 65_535),
    takes: 'a port number, 0 to 65535 (0: any free one)',
    meaning: 'Port to listen on.',
  }),
  HOST: setting({
    default: '127.0.0.1',
    read: nonEmpty,
    takes: 'a host name or an IP address',
    meaning: 'Address to listen on; 0.0.0.0 for every network interface.',
  }),
  DATA_DIR: setting({
    default: 'data',
    read: nonEmpty,
    takes: 'a folder',
    meaning: 'Folder of the embedded database and of the generated session secret.',
  }),
  DATABASE_URL: setting({
    default: '',
    read: (text) => (text === '' ? null : databaseUrl(text)),
    takes: 'sqlite:<file> or mysql://user:password@host:3306/name',
    meaning: 'Database. Unset: detectx.sqlite in DATA_DIR.',
  }),
  UPLOADS_DIR: setting({
    default: 'uploads',
    read: nonEmpty,
    takes: 'a folder',
    meaning: 'Folder of the photos and of what is derived from them.',
  }),
  SESSION_SECRET: setting({
    default: '',
    read: (text) => (text === '' || text.length >= 32 ? text : undefined),
    takes: 'at least 32 characters',
    meaning:
      'Key that signs session cookies. Unset: generated once and kept in DATA_DIR; required when NODE_ENV=production.',
  }),
  BASE_URL: setting({
    default: '',
    read: (text) => (text === '' ? null : baseUrl(text)),
    takes: 'an http:// or https:// address without a path',
    meaning: 'Address under which people reach the site. Unset: http://localhost with PORT.',
  }),
  SMTP_URL: setting({
    default: '',
    read: (text) => (text === '' ? null : smtpUrl(text)),
    takes: 'smtp://user:password@host:587 or smtps://user:password@host:465',
    meaning:
      'Mail server. Unset: mail is written to the log and to the folder mail in DATA_DIR, and addresses are not confirmed.',
  }),
  MAIL_FROM: setting({
    default: '',
    read: (text) => (text === '' || /^[^\r\n]*[^\s<>@]+@[^\s<>@]+>?$/.test(text) ? text : undefined),
    takes: 'an e-mail address, or a name with one, such as DetectX <detectx@example.org>',
    meaning: 'Sender of the mail. Unset: detectx at the host of BASE_URL.',
  }),
  INFERENCE_ENGINE: setting({
    default: 'embedded',
    read: oneOf('embedded', 'tensorflow-serving', 'tfjs-node'),
    takes: 'embedded, tensorflow-serving or tfjs-node',
    meaning:
      'What runs the models: embedded is ONNX Runtime, tfjs-node TensorFlow, both inside the process; tensorflow-serving is a TensorFlow Serving.',
  }),
  TENSORFLOW_SERVING_URL: setting({
    default: 'localhost:8500',
    read: parseServingAddress,
    takes: 'host:port, or grpcs://host:port for TLS',
    meaning:
      'gRPC address of TensorFlow Serving. Where the name stands for several addresses, calls go to all in turn.',
  }),
  TENSORFLOW_SERVING_CA: setting({
    default: '',
    read: (text) => text,
    takes: 'a file of PEM certificates',
    meaning:
      'Authorities that may sign the certificate of a TensorFlow Serving behind TLS. Unset: those that the system knows.',
  }),
  OBJECT_DETECTOR_SERVABLE: setting({
    default: 'object_detector',
    read: parseServable,
    takes: SERVABLE_FORM,
    meaning:
      'The SavedModel that stands for the object detector, in TensorFlow Serving or in models/serving; the newest version unless one is named.',
  }),
  TEXT_DETECTOR_SERVABLE: setting({
    default: 'text_detector',
    read: parseServable,
    takes: SERVABLE_FORM,
    meaning: 'The same for the text detector.',
  }),
  TEXT_RECOGNIZER_SERVABLE: setting({
    default: 'text_recognizer',
    read: parseServable,
    takes: SERVABLE_FORM,
    meaning: 'The same for the text recogniser.',
  }),
  OCR_CHARSET: setting({
    default: 'latin',
    read: oneOf('latin', 'full'),
    takes: 'latin or full',
    meaning: 'Characters that text is read in; full adds Chinese. Models are built anew when it changes.',
  }),
  OBJECT_DETECTOR_LABEL_MAP: setting({
    default: '',
    read: (text) => (text === '' ? null : path.resolve(text)),
    takes: 'a file label_map.pbtxt, with an INFERENCE_ENGINE other than embedded',
    meaning: 'What the class numbers of another object detector mean. Unset: the labels of the own one.',
  }),
  OBJECT_DETECTOR_INPUT_SIZE: setting({
    default: '',
    read: (text) => (text === '' ? null : wholeNumber(32, 4096)(text)),
    takes: 'a whole number of pixels, 32 to 4096, with an INFERENCE_ENGINE other than embedded',
    meaning:
      'Longest side of the pictures that another object detector is sent; it brings them to its own size. Unset: they are prepared for the own one.',
  }),
  DETECTION_MIN_SCORE: setting({
    default: '0.35',
    read: decimal(0, 1),
    takes: 'a number from 0 to 1',
    meaning: 'Detections below this score are not kept, unless a call gives a minScore of its own.',
  }),
  DETECTION_MIN_SCORES: setting({
    default: '',
    read: scoresByLabel,
    takes: 'labels with a score from 0 to 1 each, such as person:0.5,stop sign:0.6',
    meaning:
      'Detections of these labels below these scores are never kept, however low DETECTION_MIN_SCORE or the minScore of a call is.',
  }),
  MAX_UPLOAD_MB: setting({
    default: '20',
    read: wholeNumber(1, 1024),
    takes: 'a whole number of megabytes, 1 to 1024',
    meaning: 'Largest accepted photo file.',
  }),
  TRASH_DAYS: setting({
    default: '30',
    read: wholeNumber(1, 3650),
    takes: 'a whole number of days, 1 to 3650',
    meaning: 'How long deleted photos can be restored.',
  }),
  QUOTA_PHOTOS: setting({
    default: '',
    read: (text) => (text === '' ? null : wholeNumber(0, 1_000_000_000)(text)),
    takes: 'a whole number of photos',
    meaning: 'Photos that each member may keep, unless an admin sets another number. Unset: any number.',
  }),
  QUOTA_MB: setting({
    default: '',
    read: (text) => (text === '' ? null : wholeNumber(0, 1_000_000_000)(text)),
    takes: 'a whole number of megabytes',
    meaning:
      'Megabytes of photos that each member may keep, unless an admin sets another number. Unset: any number.',
  }),
  MLFLOW_TRACKING_URI: setting({
    default: '',
    read: (text) => (text === '' ? null : parseTrackingAddress(text)),
    takes: 'an http:// or https:// address, which may hold user:password@ and a path',
    meaning:
      'MLflow tracking server that the times of all analyses are logged to, experiment DetectX. Unset: none.',
  }),
  LOG_LEVEL: setting({
    default: 'info',
    read: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    takes: 'fatal, error, warn, info, debug, trace or silent',
    meaning: 'How much is logged.',
  }),
  TRUST_PROXY: setting({
    default: '',
    read: trustProxy,
    takes:
      'true, false, a number of proxies, or a comma-separated list of IP addresses, CIDR ranges, loopback, linklocal and uniquelocal',
    meaning: 'Which reverse proxies are believed about the address of the visitor. Unset: none.',
  }),
  ALLOW_REGISTRATION: setting({
    default: 'true',
    read: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
    takes: 'true or false',
    meaning: 'Whether visitors can register.',
  }),
} as const;
