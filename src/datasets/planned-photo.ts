import type { CorrectedDetection, CorrectedLine } from '../corrections/corrected-findings.ts';
import type { Box } from '../imaging/geometry.ts';

/** A photo of a COCO data set, with what its annotations say of it; boxes and polygons are as they are written. */
export interface PlannedPhoto {
  /** As the annotations name it. */
  name: string;
  /** Where its file stands in the archive; null when it is not there. */
  path: string | null;
  /** The name that it is to have. */
  filename: string;
  /** Size that the boxes belong to, where the annotations say it. */
  size: { width: number; height: number } | null;
  detections: CorrectedDetection[];
  lines: CorrectedLine[];
  /** Labels that the annotations know: of other objects they say nothing. */
  labels: readonly string[];
  /** Whether the annotations speak of text. */
  text: boolean;
  /** Where something is left out; null where that is not known. */
  gaps: { detections: (Box | null)[]; lines: (Box | null)[] };
  /** What of it is left out, and why. */
  notes: string[];
}

/**
 * Photos by their pictures: files of annotations over the same pictures (of objects, of persons) say of each what they say
 * together, each box once.
 */
export function mergedByPicture(photos: readonly PlannedPhoto[]): PlannedPhoto[] {
  const byPicture = new Map<string, PlannedPhoto[]>();
  for (const photo of photos) {
    const same = byPicture.get(pictureOf(photo));
    if (same) same.push(photo);
    else byPicture.set(pictureOf(photo), [photo]);
  }
  return [...byPicture.values()].flatMap(([first, ...others]) => {
    if (first === undefined || others.length === 0) return first ?? [];
    const all = [first, ...others];
    const detections = all.flatMap((photo) => photo.detections);
    const lines = all.flatMap((photo) => photo.lines);
    return {
      ...first,
      detections: distinct(detections, ({ label, box }) => [label, box]),
      lines: distinct(lines, ({ text, polygon }) => [text, polygon]),
      labels: [...new Set(all.flatMap((photo) => photo.labels))],
      text: all.some((photo) => photo.text),
      gaps: {
        detections: all.flatMap((photo) => photo.gaps.detections),
        lines: all.flatMap((photo) => photo.gaps.lines),
      },
      notes: distinct(
        all.flatMap((photo) => photo.notes),
        (note) => note,
      ),
    };
  });
}

/** What names of one picture have in common: another name, or another size, is another picture, one of which is missing. */
export function pictureOf({ path: place, name, size }: PlannedPhoto): string {
  return JSON.stringify([place, name, size]);
}

function distinct<Item>(items: readonly Item[], keyOf: (item: Item) => unknown): Item[] {
  const known = new Set<string>();
  return items.filter((item) => known.size < known.add(JSON.stringify(keyOf(item))).size);
}
