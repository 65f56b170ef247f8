import pLimit from 'p-limit';
import { decodePixels, type PhotoHeader } from '../imaging/decode.ts';
import type { Quadrilateral } from '../imaging/geometry.ts';
import { type Frame, type Pixels, type Size, toPhoto } from '../imaging/pixels.ts';
import { resizePixels, type ScalingKernel } from '../imaging/resize.ts';
import type { AnalysisOptions, Detection, Line } from './analysis.ts';
import type { Effort, Engine } from './engine.ts';
import { type AnsweringVersions, ModelCalls } from './model-calls.ts';
import type { ModelManifest } from './model-manifest.ts';
import { ObjectDetector } from './object-detector.ts';
import { inReadingOrder } from './postprocessing/reading-order.ts';
import { TextDetector } from './text-detector.ts';
import { TextRecognizer } from './text-recognizer.ts';

/**
 * Text is read from a picture of at most this many pixels: enough for the smallest print of a full page, and a scan
 * of 35 megapixels costs little more than one of four.
 */
export const PAGE_PIXELS = 4_500_000;

/** As the object detector's pictures were scaled when it was trained; finer scaling finds no more, and costs more. */
const OBJECTS_KERNEL: ScalingKernel = 'linear';

/** Lines that the recogniser is less sure of are no text. */
const MIN_LINE_SCORE = 0.5;

/** The picture that text is read from; its pixels stand in shared memory. */
export interface TextPage extends Size {
  frame: Frame;
  photo: Size;
}

/** What a first look at a photo yields: the objects, and where text stands. */
export interface Glance {
  /** Size of the upright photo in pixels. */
  photo: Size;
  detections: Detection[];
  page: TextPage | undefined;
  /** Corners of each line in reading direction, in pixels of the page; the lines are in reading order. */
  regions: Quadrilateral[];
  versions: AnsweringVersions;
  decodeMs: number;
  detectMs: number;
  findTextMs: number;
}

/** What the reading of some lines yields: one entry per region, `undefined` where there is no legible text. */
export interface Reading {
  lines: (Line | undefined)[];
  versions: AnsweringVersions;
}

/**
 * Photo bytes in, detections and lines out, in two steps: a look at the whole photo, and the reading of its lines,
 * which can be shared out among threads that see the same memory.
 */
export class PhotoAnalyser {
  readonly #engine: Engine;
  readonly #objectDetector: ObjectDetector;
  readonly #textDetector: TextDetector;
  readonly #textRecognizer: TextRecognizer;

  constructor(engine: Engine, { models }: ModelManifest) {
    this.#engine = engine;
    this.#objectDetector = new ObjectDetector(models.object_detector);
    this.#textDetector = new TextDetector(models.text_detector);
    this.#textRecognizer = new TextRecognizer(models.text_recognizer);
  }

  /**
   * Finds the objects and the places of text, as far as the options ask for them.
   *
   * @param pageMemory at least `PAGE_PIXELS * 3` bytes; gets the picture that `read` needs. Only for the task `text`.
   * @throws AppError `broken_image`, `engine_unavailable` or `analysis_failed`.
   */
  async look(
    bytes: Uint8Array,
    header: PhotoHeader,
    { tasks, minScore }: AnalysisOptions,
    effort: Effort,
    pageMemory?: SharedArrayBuffer,
  ): Promise<Glance> {
    const start = performance.now();
    const models = new ModelCalls(this.#engine, effort);
    const photo = { width: header.width, height: header.height };
    const forObjects = this.#objectDetector.inputSize(photo).scaled;
    const { pixels, frame } = pageMemory
      ? await decodePixels(bytes, header, pageSize(photo))
      : await decodePixels(bytes, header, forObjects, OBJECTS_KERNEL);
    const decoded = performance.now();

    let detections: Detection[] = [];
    if (tasks.includes('objects')) {
      const picture = await resizePixels(pixels, forObjects, OBJECTS_KERNEL);
      const wider: Frame = {
        ...frame,
        scaleX: (frame.scaleX * pixels.width) / picture.width,
        scaleY: (frame.scaleY * pixels.height) / picture.height,
      };
      detections = await this.#objectDetector.detect(picture, wider, photo, minScore, models);
    }
    const detected = performance.now();

    let regions: Quadrilateral[] = [];
    if (pageMemory) {
      new Uint8Array(pageMemory).set(pixels.data);
      regions = inReadingOrder(await this.#textDetector.detect(pixels, models));
    }
    return {
      photo,
      detections,
      page: pageMemory && { width: pixels.width, height: pixels.height, frame, photo },
      regions,
      versions: models.versions,
      decodeMs: decoded - start,
      detectMs: tasks.includes('objects') ? detected - decoded : 0,
      findTextMs: pageMemory ? performance.now() - detected : 0,
    };
  }

  /** Runs every model once, so that the first photo need not pay for what a first run sets up. */
  async warmUp(): Promise<void> {
    const [width, height] = [320, 320];
    const picture: Pixels = { data: new Uint8Array(width * height * 3), width, height };
    const frame: Frame = { scaleX: 1, scaleY: 1, offsetX: 0, offsetY: 0 };
    const sized = await resizePixels(picture, this.#objectDetector.inputSize(picture).scaled, OBJECTS_KERNEL);
    const line: Quadrilateral = [
      [0, 0],
      [width, 0],
      [width, 40],
      [0, 40],
    ];
    for (const cores of ['all', 'one'] as const) {
      const models = new ModelCalls(this.#engine, { cores, deadline: Number.POSITIVE_INFINITY });
      await this.#objectDetector.detect(sized, frame, picture, 1, models);
      await this.#textDetector.detect(picture, models);
      await this.#textRecognizer.readEitherWay(picture, line, models);
    }
  }

  /**
   * Reads lines of a page that `look` has prepared.
   *
   * @returns the lines in the order of the regions.
   * @throws AppError `engine_unavailable` or `analysis_failed`.
   */
  async read(
    page: TextPage,
    pageMemory: SharedArrayBuffer,
    regions: readonly Quadrilateral[],
    effort: Effort,
  ): Promise<Reading> {
    const { width, height } = page;
    const picture: Pixels = { data: new Uint8Array(pageMemory, 0, width * height * 3), width, height };
    const models = new ModelCalls(this.#engine, effort);
    const limit = pLimit(models.atOnce);
    let failed = false;
    const readings = regions.map((region) =>
      limit(async () => {
        // Where one line fails, the others are of no use.
        if (failed) return undefined;
        try {
          return await this.#readLine(picture, region, page, models);
        } catch (error) {
          failed = true;
          throw error;
        }
      }),
    );
    // All must be over before the memory goes to another photo, also when one fails.
    await Promise.allSettled(readings);
    return { lines: await Promise.all(readings), versions: models.versions };
  }

  async #readLine(
    picture: Pixels,
    region: Quadrilateral,
    page: TextPage,
    models: ModelCalls,
  ): Promise<Line | undefined> {
    const { text, score, polygon } = await this.#textRecognizer.readEitherWay(picture, region, models);
    const legible = text !== '' && score >= MIN_LINE_SCORE;
    return legible ? { text, score, polygon: toPhoto(polygon, page.frame, page.photo) } : undefined;
  }
}

function pageSize(photo: Size): Size {
  const scale = Math.min(1, Math.sqrt(PAGE_PIXELS / (photo.width * photo.height)));
  return {
    width: Math.max(1, Math.floor(photo.width * scale)),
    height: Math.max(1, Math.floor(photo.height * scale)),
  };
}
