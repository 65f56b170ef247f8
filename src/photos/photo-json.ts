import type {
  CorrectedDetection,
  CorrectedFindings,
  CorrectedLine,
} from '../corrections/corrected-findings.ts';
import type { Timings } from '../inference/analysis.ts';
import type { Findings, Photo } from './photo.ts';

/** What a photo file is, before it is kept and when it is not. */
type Picture = Pick<Photo, 'filename' | 'width' | 'height' | 'bytes' | 'sha256' | 'createdAt'>;

/** A stored photo as the API shows it. */
export function photoJson(photo: Photo) {
  return {
    id: photo.id,
    ...pictureJson(photo),
    status: photo.status,
    ...(photo.error === null ? {} : { error: photo.error }),
    createdAt: photo.createdAt.toISOString(),
    ...(photo.findings === null ? NOTHING_FOUND_YET : findingsJson(photo.findings)),
    links: photoLinks(photo.id),
  };
}

/** Where the API has a photo and its pictures. */
export function photoLinks(id: string) {
  const self = `/api/v1/photos/${id}`;
  return {
    self,
    original: `${self}/original`,
    annotated: `${self}/annotated`,
    thumbnail: `${self}/thumbnail`,
  };
}

/** A stored photo with what its owner made of the findings in their place. */
export function correctedPhotoJson(photo: Photo, corrected: CorrectedFindings) {
  return { ...photoJson(photo), ...correctedJson(corrected) };
}

/** What is in a photo according to its owner. */
export function correctedJson({ detections, lines }: CorrectedFindings) {
  return {
    detections: detections.map(detectionJson),
    lines: lines.map(lineJson),
    text: joined(lines),
  };
}

/** A photo that was analysed without being kept: as a stored one, without `id` and `links`. */
export function passingPhotoJson(picture: Picture, findings: Omit<Findings, 'analysedAt'>) {
  return {
    ...pictureJson(picture),
    status: 'analysed',
    createdAt: picture.createdAt.toISOString(),
    ...findingsJson(findings),
  };
}

/** What was read: `text` is the lines in reading order, one below the other. */
export function textJson({ lines, timings }: Pick<Findings, 'lines' | 'timings'>) {
  return { text: joined(lines), lines: lines.map(lineJson), timings: timingsJson(timings) };
}

const NOTHING_FOUND_YET = { detections: [], lines: [], text: '', models: {}, engine: null, timings: null };

function pictureJson({ filename, width, height, bytes, sha256 }: Picture) {
  return { filename, width, height, bytes, sha256 };
}

function findingsJson({ detections, lines, models, engine, timings }: Omit<Findings, 'analysedAt'>) {
  return {
    detections: detections.map(detectionJson),
    ...textJson({ lines, timings }),
    models,
    engine,
  };
}

/** A detection; `score` is null for one that its owner drew. */
export function detectionJson({ label, score, box }: CorrectedDetection) {
  const { x, y, width, height } = box;
  return {
    label,
    score: score === null ? null : rounded(score, 4),
    box: { x: rounded(x, 2), y: rounded(y, 2), width: rounded(width, 2), height: rounded(height, 2) },
  };
}

/** A text line; `score` as for detections. */
export function lineJson({ text, score, polygon }: CorrectedLine) {
  return {
    text,
    score: score === null ? null : rounded(score, 4),
    polygon: polygon.map((corner) => corner.map((at) => rounded(at, 2))),
  };
}

function timingsJson({ decodeMs, detectMs, readMs, totalMs }: Timings): Timings {
  return {
    decodeMs: rounded(decodeMs, 1),
    detectMs: rounded(detectMs, 1),
    readMs: rounded(readMs, 1),
    totalMs: rounded(totalMs, 1),
  };
}

function joined(lines: readonly CorrectedLine[]): string {
  return lines.map((line) => line.text).join('\n');
}

function rounded(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}
