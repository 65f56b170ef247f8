import type { CorrectedFindings } from '../corrections/corrected-findings.ts';
import { type Box, hundredths, type Quadrilateral } from '../imaging/geometry.ts';
import type { Photo } from '../photos/photo.ts';
import { pictureName } from './picture-name.ts';

/** What is said of the photos in a data set: what the models answered, or what their owner made of it. */
export const TRUTHS = ['detected', 'corrected'] as const;
export type Truth = (typeof TRUTHS)[number];

/**
 * One photo in a data set. Boxes and polygons are in hundredths of a pixel, scores in hundredths of a percent; a score is
 * null also where a format does not carry it.
 */
export interface DatasetPhoto extends CorrectedFindings {
  /** Name of its picture file, unlike that of any other photo in the data set. */
  name: string;
  /** The name that it came with, for people. */
  originalName: string;
  /** Size of the upright photo in pixels. */
  width: number;
  height: number;
}

/**
 * A photo as data sets have it. Numbers are rounded as the API rounds them, and to values that stay what they are when this
 * is done again: so a data set that was taken in is given out the same.
 */
export function datasetPhoto(photo: Photo, { detections, lines }: CorrectedFindings): DatasetPhoto {
  const { width, height } = photo;
  return {
    name: pictureName(photo),
    originalName: photo.filename,
    width,
    height,
    detections: detections
      .map(({ label, box, score }) => ({ label, box: boxInside(box, photo), score: roundedScore(score) }))
      .filter(({ box }) => box.width > 0),
    lines: lines.map(({ text, polygon, score }) => ({
      text,
      polygon: polygonInside(polygon, photo),
      score: roundedScore(score),
    })),
  };
}

/** What forms carry that know neither scores nor text nor the names that photos came with. */
export function boxesAlone(photo: DatasetPhoto): DatasetPhoto {
  const detections = photo.detections.map((detection) => ({ ...detection, score: null }));
  return { ...photo, originalName: '', detections, lines: [] };
}

/** What of a box lies inside a picture, in hundredths of a pixel; both sides are 0 where nothing does. */
export function boxInside(box: Box, size: { width: number; height: number }): Box {
  const [x, width] = extentInside(box.x, box.width, size.width);
  const [y, height] = extentInside(box.y, box.height, size.height);
  return width > 0 && height > 0 ? { x, y, width, height } : { x, y, width: 0, height: 0 };
}

/** A polygon with its corners moved into a picture, in hundredths of a pixel. */
export function polygonInside(
  polygon: Quadrilateral,
  { width, height }: { width: number; height: number },
): Quadrilateral {
  const [a, b, c, d] = polygon;
  const inside = ([x, y]: readonly [number, number]) => [within(x, width), within(y, height)] as const;
  return [inside(a), inside(b), inside(c), inside(d)];
}

/** @param numbers eight of them, x and y in turn. */
export function quadrilateral(numbers: readonly number[]): Quadrilateral {
  const at = (i: number) => [numbers[2 * i] ?? 0, numbers[2 * i + 1] ?? 0] as const;
  return [at(0), at(1), at(2), at(3)];
}

/** The edges are rounded, not the length: it must not reach beyond the picture by half a hundredth. */
function extentInside(start: number, length: number, limit: number): [start: number, length: number] {
  const first = within(start, limit);
  return [first, hundredths(within(start + length, limit) - first)];
}

function within(value: number, limit: number): number {
  return hundredths(Math.min(limit, Math.max(0, value)));
}

function roundedScore(score: number | null): number | null {
  return score === null ? null : Math.round(score * 10_000) / 10_000;
}
