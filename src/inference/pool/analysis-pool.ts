import { availableParallelism } from 'node:os';
import { annotateMemory } from '../../imaging/annotate.ts';
import { type PhotoHeader, readHeader } from '../../imaging/decode.ts';
import type { DrawnFindings } from '../../imaging/findings-overlay.ts';
import type { PhotoIntake } from '../../imaging/intake.ts';
import { lineWidth } from '../../imaging/line-crop.ts';
import type { Analysis, AnalysisOptions, Task } from '../analysis.ts';
import type { DetectorSettings } from '../detector-settings.ts';
import type { Effort, EngineSettings } from '../engine.ts';
import type { PredictCall } from '../engines/tensorflow-serving.ts';
import { mergeVersions, spellVersions } from '../model-calls.ts';
import type { ModelName } from '../model-manifest.ts';
import { type Glance, PAGE_PIXELS, type Reading } from '../photo-analyser.ts';
import { Admission, type Pace } from './admission.ts';
import { ownMemory } from './own-memory.ts';
import { shareOut } from './share-out.ts';
import { HEAVY_BYTES, type WorkerTasks } from './worker-messages.ts';
import { interrupted, WorkerThreads } from './worker-threads.ts';

export interface AnalysisPoolOptions {
  engine: EngineSettings;
  /** The way to the model server, for the engine that has one. */
  server?: ModelServer;
  /** The folder with the models and their manifest. */
  modelsDir: string;
  /** What is asked of the object detector beside what the manifest says. */
  detector?: DetectorSettings;
  /** The largest width times height of a photo that is taken. */
  maxPixels: number;
  /** How many calls may wait for their turn, quick ones and analyses each. */
  maxQueue: number;
  /** Milliseconds after which an analysis is of no use any more: nothing waits longer for its turn or for a model. */
  analysisMs: number;
  /** Number of worker threads; one per core unless told. */
  workers?: number;
}

/** A server that has the models. */
export interface ModelServer {
  /**
   * Throws at once when it is known that one of these models cannot be called.
   *
   * @throws AppError `engine_unavailable`.
   */
  demand(models: readonly ModelName[]): void;
  predict: PredictCall;
}

/**
 * What a thread does side by side. While its model runs, its next photo is decoded: decoding has threads of its own. Where
 * the models run elsewhere, threads mostly wait, and must have room for quick work meanwhile.
 */
const TASKS_PER_THREAD = { here: 2, elsewhere: 6 };

/** The models that each task takes. */
const MODELS_OF: Readonly<Record<Task, readonly ModelName[]>> = {
  objects: ['object_detector'],
  text: ['text_detector', 'text_recognizer'],
};

/** Starts a pool; its workers load the models in the background (see `ready`). */
export function createAnalysisPool(options: AnalysisPoolOptions): AnalysisPool {
  return new AnalysisPool(options);
}

/**
 * Everything that touches pixels, in worker threads, so that the calling thread stays free. A photo on its own gets
 * every core: its lines are shared out among the workers.
 *
 * Every method that takes a photo takes its memory over: the caller must not use the bytes, nor anything else in their
 * buffer, again. It rejects with AppError `overloaded` at once when too many photos wait already, and with
 * `analysis_interrupted` when its worker dies.
 */
export class AnalysisPool {
  readonly #engine: EngineSettings;
  readonly #server: ModelServer | undefined;
  readonly #threads: WorkerThreads;
  readonly #workers: number;
  readonly #admission: Admission;
  /** Heavy pictures go one at a time: together they would fill the memory of the machine. */
  readonly #heavy: Admission;
  readonly #maxPixels: number;
  readonly #analysisMs: number;
  /** Memory for pictures that text is read from, used again and again: one for each photo that is being worked on. */
  readonly #pageMemories: SharedArrayBuffer[] = [];

  constructor({ engine, server, modelsDir, maxPixels, maxQueue, ...options }: AnalysisPoolOptions) {
    this.#engine = engine;
    this.#server = server;
    this.#analysisMs = options.analysisMs;
    this.#workers = options.workers ?? availableParallelism();
    const tasksPerThread = server ? TASKS_PER_THREAD.elsewhere : TASKS_PER_THREAD.here;
    // One photo more than the threads take: it is there when the first is done. An analysis that waits for a server
    // leaves room for another, and for quick work.
    const places = this.#workers * tasksPerThread + 1;
    const slowPlaces = server ? this.#workers * 2 : places;
    this.#admission = new Admission({ places, slowPlaces, maxWaiting: maxQueue });
    this.#heavy = new Admission({ places: 1, slowPlaces: 1, maxWaiting: maxQueue });
    this.#maxPixels = maxPixels;
    this.#threads = new WorkerThreads(
      { count: this.#workers, tasksPerThread, predict: server && ((...call) => server.predict(...call)) },
      { engine, modelsDir, detector: options.detector ?? {} },
    );
  }

  /**
   * Resolves when every worker has loaded its models and run them once; later on, as long as one has them.
   *
   * @throws AppError `engine_unavailable` when a worker cannot load them at the start, or none has them now.
   */
  ready(): Promise<void> {
    return this.#threads.ready();
  }

  /**
   * Finds objects and reads text, as far as the options ask for them. The timings begin when the photo's turn has come.
   *
   * @param photo the bytes of an image file.
   * @throws AppError `unsupported_image`, `broken_image`, `too_many_pixels`, `overloaded`, `engine_unavailable`,
   *   `engine_overloaded`, `engine_failed`, `analysis_interrupted` or `analysis_failed`.
   */
  analyse(photo: Uint8Array, options: AnalysisOptions): Promise<Analysis> {
    const deadline = Date.now() + this.#analysisMs;
    const work = async (header: PhotoHeader) => {
      this.#server?.demand(options.tasks.flatMap((task) => MODELS_OF[task]));
      const start = performance.now();
      const pageMemory = options.tasks.includes('text') ? this.#takePageMemory() : undefined;
      const effort: Effort = { cores: this.#admission.running === 1 ? 'all' : 'one', deadline };
      try {
        const bytes = ownMemory(photo);
        const glance = await this.#threads.perform(
          'look',
          { photo: bytes, header, options, effort, pageMemory },
          [bytes.buffer],
        );
        const looked = performance.now();
        const reading = await this.#readLines(glance, pageMemory, deadline);
        const end = performance.now();
        return {
          ...glance.photo,
          detections: glance.detections,
          lines: reading.lines.filter((line) => line !== undefined),
          models: spellVersions(mergeVersions([glance.versions, reading.versions])),
          engine: this.#engine.name,
          timings: {
            decodeMs: glance.decodeMs,
            detectMs: glance.detectMs,
            readMs: pageMemory ? glance.findTextMs + (end - looked) : 0,
            totalMs: end - start,
          },
        };
      } finally {
        if (pageMemory) this.#pageMemories.push(pageMemory);
      }
    };
    return this.#admit('slow', photo, work, { deadline });
  }

  /**
   * Looks through an uploaded file: is it an image that is taken, complete and undamaged?
   *
   * @returns media type, size of the upright photo in pixels, and a thumbnail (WebP, see `thumbnail`).
   * @throws AppError `unsupported_image`, `broken_image`, `too_many_pixels` or `overloaded`.
   */
  async intake(photo: Uint8Array): Promise<Omit<PhotoIntake, 'thumbnail'> & { thumbnail: Buffer }> {
    const { thumbnail, ...seen } = await this.#make('intake', photo);
    return { ...seen, thumbnail: asBuffer(thumbnail) };
  }

  /** A WebP picture of the photo, upright, in sRGB, at most 480 pixels on the longest side. Throws as `intake`. */
  async thumbnail(photo: Uint8Array): Promise<Buffer> {
    return asBuffer(await this.#make('thumbnail', photo));
  }

  /** As `thumbnail`, but at most 2560 pixels: a still picture that every browser can show. */
  async preview(photo: Uint8Array): Promise<Buffer> {
    return asBuffer(await this.#make('preview', photo));
  }

  /** A JPEG picture of the upright photo in full size with everything that was found drawn in. Throws as `intake`. */
  async annotate(photo: Uint8Array, findings: DrawnFindings): Promise<Buffer> {
    const work = (header: PhotoHeader) => {
      const bytes = ownMemory(photo);
      return this.#threads.perform('annotate', { photo: bytes, header, findings }, [bytes.buffer]);
    };
    return asBuffer(await this.#admit('quick', photo, work, { memory: annotateMemory }));
  }

  /** Ends the workers. What waits or runs is refused with `engine_unavailable`. */
  async close(): Promise<void> {
    for (const admission of [this.#heavy, this.#admission]) {
      admission.refuseWaiting(interrupted(new Error('The pool is closed')));
    }
    await this.#threads.close();
  }

  #make<T extends 'intake' | 'thumbnail' | 'preview'>(
    task: T,
    photo: Uint8Array,
  ): Promise<WorkerTasks[T]['output']> {
    return this.#admit('quick', photo, (header) => {
      const bytes = ownMemory(photo);
      return this.#threads.perform(task, { photo: bytes, header }, [bytes.buffer]);
    });
  }

  /**
   * Does work on a photo when its turn comes.
   *
   * @param memory bytes that the work takes beside what decoding takes.
   */
  async #admit<T>(
    pace: Pace,
    photo: Uint8Array,
    work: (header: PhotoHeader) => Promise<T>,
    { deadline, memory = () => 0 }: { deadline?: number; memory?: (header: PhotoHeader) => number } = {},
  ): Promise<T> {
    const header = await readHeader(photo, this.#maxPixels);
    const run = () => this.#admission.run(pace, () => work(header), deadline);
    const isHeavy = header.decodeBytes + memory(header) > HEAVY_BYTES;
    return isHeavy ? this.#heavy.run(pace, run, deadline) : run();
  }

  /** Shares the lines out among the threads; `lines` is in the order of the regions. */
  async #readLines(
    { page, regions }: Glance,
    pageMemory: SharedArrayBuffer | undefined,
    deadline: number,
  ): Promise<Reading> {
    if (!page || !pageMemory) return { lines: [], versions: {} };
    const shares = shareOut([...regions.entries()], ([, region]) => lineWidth(region, 1), this.#workers);
    const lines: Reading['lines'] = Array.from({ length: regions.length });
    const readings = shares.map(async (share) => {
      const effort: Effort = { cores: 'one', deadline };
      const input = { page, pageMemory, regions: share.map(([, region]) => region), effort };
      const reading = await this.#threads.perform('read', input);
      for (const [i, [index]] of share.entries()) lines[index] = reading.lines[i];
      return reading.versions;
    });
    // All must be over before the memory goes to another photo, also when one fails.
    await Promise.allSettled(readings);
    return { lines, versions: mergeVersions(await Promise.all(readings)) };
  }

  #takePageMemory(): SharedArrayBuffer {
    return this.#pageMemories.pop() ?? newPageMemory();
  }
}

/** Touched to its end: what it needs is taken at once, not bit by bit with every larger photo. */
function newPageMemory(): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(PAGE_PIXELS * 3);
  new Uint8Array(memory).fill(0);
  return memory;
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
