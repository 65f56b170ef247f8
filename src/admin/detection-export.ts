import { setImmediate } from 'node:timers/promises';
import { csvText } from '../csv-text.ts';
import { AscendingNumbers } from './ascending-numbers.ts';
import type { DetectionEntry, DetectionFilter, DetectionSort } from './detection-history.ts';
import { detectionEntryJson } from './detection-json.ts';
import type { ExportFormat } from './detection-schemas.ts';

/** Where an export reads: all that a filter finds, some at a time. */
export interface DetectionSource {
  /** In the order of time, the detections of a photo come in one batch. */
  batches(filter: DetectionFilter, sort: DetectionSort): AsyncIterable<DetectionEntry[]>;
}

export interface DetectionExport {
  filter: DetectionFilter;
  sort: DetectionSort;
  /** Ids of the labels that the object detector knows. */
  labels: readonly { id: number; name: string }[];
  /** Where this site is, for links in a data set. */
  baseUrl: string;
}

const COLUMNS = [
  ...['id', 'label', 'score', 'x', 'y', 'width', 'height'],
  ...['photo_id', 'filename', 'photo_width', 'photo_height', 'uploaded'],
  ...['user_id', 'user_name', 'user_email', 'model', 'engine', 'verdict'],
];

export const EXPORT_MEDIA_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
  coco: 'application/json; charset=utf-8',
};

/** The whole of what a filter finds as text, piece by piece: as much of it is in memory as one batch. */
export async function* exportText(
  format: ExportFormat,
  source: DetectionSource,
  wanted: DetectionExport,
): AsyncGenerator<string> {
  const pieces = { csv: csvPieces, ndjson: ndjsonText, coco: cocoText }[format](source, wanted);
  for await (const piece of pieces) {
    yield piece;
    // An embedded database answers on this thread: whoever waits has a turn now.
    await setImmediate();
  }
}

async function* csvPieces(
  source: DetectionSource,
  { filter, sort }: DetectionExport,
): AsyncGenerator<string> {
  yield csvText([COLUMNS]);
  for await (const entries of source.batches(filter, sort)) {
    yield csvText(entries.map(csvRow));
  }
}

function csvRow(entry: DetectionEntry): unknown[] {
  const { id, label, score, box, photo, user, model, engine, verdict } = detectionEntryJson(entry);
  return [
    ...[id, label, score, box.x, box.y, box.width, box.height],
    ...[photo.id, photo.filename, photo.width, photo.height, photo.createdAt],
    ...[user.id, user.name, user.email, model, engine, verdict],
  ];
}

async function* ndjsonText(
  source: DetectionSource,
  { filter, sort }: DetectionExport,
): AsyncGenerator<string> {
  for await (const entries of source.batches(filter, sort)) {
    yield entries.map((entry) => `${JSON.stringify(detectionEntryJson(entry))}\n`).join('');
  }
}

/**
 * A COCO data set (https://cocodataset.org/#format-data). The history is read twice, for the photos and for what was
 * found in them, in the order of time, in which the detections of a photo lie side by side. Of photos that came between the
 * two, such as out of the trash, nothing is told.
 */
async function* cocoText(
  source: DetectionSource,
  { filter, labels, baseUrl }: DetectionExport,
): AsyncGenerator<string> {
  const info = {
    description: 'Detections found by DetectX',
    version: '1.0',
    date_created: new Date().toISOString(),
  };
  yield `{"info":${JSON.stringify(info)},"licenses":[],"images":[`;
  const images = new AscendingNumbers();
  let separator = '\n';
  let newest: number | null = null;
  for await (const entries of source.batches(filter, 'oldest')) {
    let piece = '';
    for (const { photo } of entries) {
      if (photo.sequence === newest) continue;
      newest = photo.sequence;
      images.add(newest);
      piece += separator + JSON.stringify(cocoImage(photo, baseUrl));
      separator = ',\n';
    }
    yield piece;
  }
  yield '\n],"annotations":[';
  const categories = new Map(labels.map(({ name, id }) => [name, id]));
  const known = Math.max(0, ...categories.values());
  const found = new Map<string, number>();
  const isImage = images.lookup();
  separator = '\n';
  for await (const entries of source.batches(filter, 'oldest')) {
    let piece = '';
    for (const entry of entries) {
      if (!isImage(entry.photo.sequence)) continue;
      // Labels of an earlier detector come after those of this one.
      const category = categories.get(entry.label) ?? known + 1 + categories.size;
      categories.set(entry.label, category);
      found.set(entry.label, category);
      piece += separator + JSON.stringify(cocoAnnotation(entry, category));
      separator = ',\n';
    }
    yield piece;
  }
  const named = [...found].sort((a, b) => a[1] - b[1]).map(([name, id]) => ({ id, name, supercategory: '' }));
  yield `\n],"categories":${JSON.stringify(named)}}\n`;
}

function cocoImage(
  { id, sequence, filename, width, height, createdAt }: DetectionEntry['photo'],
  baseUrl: string,
) {
  return {
    id: sequence,
    // Two photos can have one name, two images of a data set can't.
    file_name: `${id}-${filename}`,
    width,
    height,
    date_captured: createdAt.toISOString(),
    coco_url: `${baseUrl}/api/v1/photos/${id}/original`,
    photo_id: id,
  };
}

function cocoAnnotation(entry: DetectionEntry, category: number) {
  const { id, score, box } = detectionEntryJson(entry);
  return {
    id,
    image_id: entry.photo.sequence,
    category_id: category,
    bbox: [box.x, box.y, box.width, box.height],
    area: Math.round(box.width * box.height * 100) / 100,
    iscrowd: 0,
    score,
  };
}
