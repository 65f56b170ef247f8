import type { GivenFindings } from '../corrections/corrected-findings.ts';
import { MOST_DETECTIONS, MOST_LINES } from '../corrections/correction-limits.ts';
import { boundsOf } from '../imaging/geometry.ts';
import { boxInside, polygonInside } from './dataset.ts';
import type { PlannedPhoto } from './planned-photo.ts';

/**
 * What annotations say of a photo, brought inside it.
 * @returns null findings when the annotations belong to a picture of another size, or nothing of them could be taken; and
 *   notes on what was left out.
 */
export function findingsOf(
  planned: PlannedPhoto,
  photo: { width: number; height: number },
): { findings: GivenFindings | null; notes: string[] } {
  const notes = [...planned.notes];
  const { size } = planned;
  if (size && (size.width !== photo.width || size.height !== photo.height)) {
    notes.push(
      `Its annotations are for a picture of ${inWords(size)}, and it has ${inWords(photo)} when it stands upright; they were left out.`,
    );
    return { findings: null, notes };
  }
  const placed = planned.detections.map((detection) => ({
    written: detection.box,
    detection: { ...detection, box: boxInside(detection.box, photo) },
  }));
  const inside = placed.filter(({ detection: { box } }) => box.width > 0 && box.height > 0);
  const outside = placed.length - inside.length;
  if (outside > 0) notes.push(`Boxes that lie outside the picture, or have no size: ${outside}.`);
  const taken = upTo(MOST_DETECTIONS, inside, 'boxes', notes);
  const lines = upTo(MOST_LINES, planned.lines, 'lines of text', notes);
  const gaps = {
    detections: [...planned.gaps.detections, ...beside(taken, placed).map(({ written }) => written)],
    lines: [...planned.gaps.lines, ...beside(lines, planned.lines).map(({ polygon }) => boundsOf(polygon))],
  };
  const { labels, text } = planned;
  const somethingLeft = gaps.detections.length + gaps.lines.length > 0;
  const nothingSaid = labels.length === 0 && !text;
  if (taken.length + lines.length === 0 && (somethingLeft || nothingSaid)) {
    notes.push('Nothing could be taken of what the data set says of it; what it was corrected to stays.');
    return { findings: null, notes };
  }
  const detections = taken.map(({ detection }) => detection);
  const linesInside = lines.map((line) => ({ ...line, polygon: polygonInside(line.polygon, photo) }));
  return { findings: { detections, lines: linesInside, labels, text, gaps }, notes };
}

function beside<Item>(taken: readonly Item[], all: readonly Item[]): Item[] {
  const known = new Set(taken);
  return all.filter((item) => !known.has(item));
}

/** The first of many. */
function upTo<Item>(most: number, items: readonly Item[], what: string, notes: string[]): readonly Item[] {
  if (items.length > most)
    notes.push(`A photo can have at most ${most} ${what}; the last ${items.length - most} were left out.`);
  return items.slice(0, most);
}

function inWords({ width, height }: { width: number; height: number }): string {
  return `${width} × ${height} pixels`;
}
