import type { MessagePort } from 'node:worker_threads';
import type { AppErrorOptions, ErrorCode } from '../../errors.ts';
import type { PhotoHeader } from '../../imaging/decode.ts';
import type { DrawnFindings } from '../../imaging/findings-overlay.ts';
import type { Quadrilateral } from '../../imaging/geometry.ts';
import type { PhotoIntake } from '../../imaging/intake.ts';
import type { AnalysisOptions } from '../analysis.ts';
import type { DetectorSettings } from '../detector-settings.ts';
import type { Effort, EngineSettings } from '../engine.ts';
import type { Glance, Reading, TextPage } from '../photo-analyser.ts';

/** What a worker is started with. */
export interface WorkerSettings {
  engine: EngineSettings;
  modelsDir: string;
  detector: DetectorSettings;
}

/**
 * What a worker tells by itself: that it has tried to load its models, and they are warm or cannot be had; or by which
 * port it calls the model server.
 */
export type WorkerGreeting = { threadId: number } & (
  | { kind: 'started' }
  | { kind: 'failed'; error: PlainError }
  | { kind: 'port'; port: MessagePort }
);

/** A picture that takes more bytes of memory than this is worked on alone, and what it took is given back at once. */
export const HEAVY_BYTES = 64_000_000;

/** An image file whose header is known. */
export interface StoredPicture {
  photo: Uint8Array;
  header: PhotoHeader;
}

/** The work that a worker does, by name: what goes in and what comes out. */
export interface WorkerTasks {
  load: { input: undefined; output: undefined };
  intake: { input: StoredPicture; output: PhotoIntake };
  thumbnail: { input: StoredPicture; output: Uint8Array };
  preview: { input: StoredPicture; output: Uint8Array };
  annotate: { input: StoredPicture & { findings: DrawnFindings }; output: Uint8Array };
  look: {
    input: StoredPicture & {
      options: AnalysisOptions;
      effort: Effort;
      pageMemory: SharedArrayBuffer | undefined;
    };
    output: Glance;
  };
  read: {
    input: {
      page: TextPage;
      pageMemory: SharedArrayBuffer;
      regions: readonly Quadrilateral[];
      effort: Effort;
    };
    output: Reading;
  };
}

export type TaskName = keyof WorkerTasks;

/** One call of a worker. */
export type WorkerCall = { [T in TaskName]: { task: T; input: WorkerTasks[T]['input'] } }[TaskName];

/** A worker's answer. Errors travel as plain values: copying between threads would strip them of class and code. */
export type WorkerAnswer<T extends TaskName = TaskName> =
  | { output: WorkerTasks[T]['output'] }
  | { error: PlainError };

/** An AppError without its class; `code` is missing where the error was none. */
export interface PlainError extends Pick<AppErrorOptions, 'fields' | 'retryAfterSeconds'> {
  code: ErrorCode | undefined;
  message: string;
  /** Where it came from, for the log. */
  stack: string | undefined;
}
