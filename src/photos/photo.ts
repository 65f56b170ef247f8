import type { Detection, Line, Task, Timings } from '../inference/analysis.ts';

/** `queued`: stored, waits for its analysis. `failed`: could not be analysed; `error` says why. */
export type PhotoStatus = 'queued' | 'analysed' | 'failed';

/** What an analysis said about a photo, as it is kept. */
export interface Findings {
  /** Best score first. */
  detections: readonly Detection[];
  /** In reading order. */
  lines: readonly Line[];
  /** Version of every model that took part, by model name. */
  models: Readonly<Record<string, string>>;
  engine: string;
  timings: Timings;
  analysedAt: Date;
}

/** What was asked of the analysis. */
export interface AnalysisRequest {
  tasks: readonly Task[];
  /** 0 to 1; detections below are not kept. */
  minScore: number;
}

/** One stored upload. */
export interface Photo {
  id: string;
  memberId: string;
  /** Its place among all photos by the time of upload; see `sequenceAt`. */
  sequence: number;
  /** The name that it came with, for people; never part of a path. */
  filename: string;
  /** SHA-256 of the file as it came, 64 hexadecimal digits. */
  sha256: string;
  mediaType: string;
  /** Frames or pages of the file; the first is what is analysed. */
  frames: number;
  bytes: number;
  /** Size of the upright photo (EXIF orientation applied) in pixels. */
  width: number;
  height: number;
  status: PhotoStatus;
  /** Why the analysis failed, safe to show; `null` unless `status` is `failed`. */
  error: string | null;
  request: AnalysisRequest;
  createdAt: Date;
  /** When it was put into the trash; `null` for one that is not there. */
  deletedAt: Date | null;
  /** `null` unless `status` is `analysed`. */
  findings: Findings | null;
}
