import path from 'node:path';
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { CorrectedDetection, CorrectedLine } from '../corrections/corrected-findings.ts';
import { AppError } from '../errors.ts';
import { hundredths } from '../imaging/geometry.ts';
import { type DatasetPhoto, quadrilateral } from './dataset.ts';
import type { DatasetFormat, DatasetWriter, WriterParts } from './dataset-format.ts';
import { Groups } from './groups.ts';
import { jsonElements } from './json-elements.ts';
import { LabelNumbers } from './label-numbers.ts';
import { PartFile } from './part-file.ts';
import type { ZipReader } from './zip-reader.ts';

/** Where the annotations stand in an archive of our own. */
const ANNOTATIONS = 'annotations.json';

const INFO = { description: 'DetectX data set', version: '1.0' };

/**
 * COCO's detection format (https://cocodataset.org/#format-data). Beside it: `original_name` of images, `score` of annotations
 * that a model made, and `text_annotations` for the lines of text.
 */
export const cocoFormat: DatasetFormat = {
  pictures: 'images',
  carried: (photo) => photo,
  write: (parts) => new CocoWriter(parts),
  read: readCoco,
};

/** The arrays grow side by side, each in a file of its own, and are put together at the end. */
class CocoWriter implements DatasetWriter {
  readonly #zip: WriterParts['zip'];
  readonly #labels: LabelNumbers;
  readonly #images: ArrayPart;
  readonly #annotations: ArrayPart;
  readonly #texts: ArrayPart;

  constructor({ zip, scratch, labels }: WriterParts) {
    this.#zip = zip;
    this.#labels = new LabelNumbers(labels);
    const part = (name: string) => new ArrayPart(path.join(scratch, name));
    this.#images = part('images');
    this.#annotations = part('annotations');
    this.#texts = part('text-annotations');
  }

  async add({ name, originalName, width, height, detections, lines }: DatasetPhoto): Promise<void> {
    const image = { file_name: name, width, height, original_name: originalName };
    const image_id = await this.#images.append([image]);
    await this.#annotations.append(
      detections.map(({ label, box, score }) => ({
        image_id,
        category_id: this.#labels.of(label),
        bbox: [box.x, box.y, box.width, box.height],
        area: hundredths(box.width * box.height),
        segmentation: [],
        iscrowd: 0,
        ...scoreField(score),
      })),
    );
    await this.#texts.append(
      lines.map(({ text, polygon, score }) => ({
        image_id,
        text,
        polygon: polygon.flat(),
        ...scoreField(score),
      })),
    );
  }

  async finish(): Promise<void> {
    await this.#zip.addStream(ANNOTATIONS, Readable.from(this.#document(), { objectMode: false }));
  }

  async *#document(): AsyncGenerator<string> {
    yield `{\n"info": ${JSON.stringify(INFO)},\n"licenses": [],\n"images": [`;
    yield* this.#images.read();
    yield '\n],\n"annotations": [';
    yield* this.#annotations.read();
    yield '\n],\n"text_annotations": [';
    yield* this.#texts.read();
    const categories = this.#labels.all().map((category) => JSON.stringify(category));
    yield `\n],\n"categories": [\n${categories.join(',\n')}\n]\n}\n`;
  }
}

/** The elements of one array, numbered from 1 on. */
class ArrayPart {
  readonly #file: PartFile;
  #count = 0;

  constructor(location: string) {
    this.#file = new PartFile(location);
  }

  /** @returns the number of the last element. */
  async append(elements: readonly object[]): Promise<number> {
    const written = elements.map((element) => {
      this.#count += 1;
      return `${this.#count === 1 ? '' : ','}\n${JSON.stringify({ id: this.#count, ...element })}`;
    });
    await this.#file.append(written.join(''));
    return this.#count;
  }

  read(): AsyncGenerator<string> {
    return this.#file.read();
  }
}

function scoreField(score: number | null): { score?: number } {
  return score === null ? {} : { score };
}

const score = z
  .number()
  .optional()
  .transform((given) => given ?? null);

const imageSchema = z.object({
  id: z.number(),
  file_name: z.string(),
  original_name: z.string(),
  width: z.number(),
  height: z.number(),
});

const annotationSchema = z.object({
  image_id: z.number(),
  category_id: z.number(),
  bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  score,
});

const textSchema = z.object({
  image_id: z.number(),
  text: z.string(),
  polygon: z.array(z.number()).length(8),
  score,
});

const categorySchema = z.object({ id: z.number(), name: z.string() });

/** The arrays are read side by side: all are in the order of the images. */
async function* readCoco(zip: ZipReader): AsyncGenerator<DatasetPhoto> {
  const imageOf = ({ image_id }: { image_id: number }) => image_id;
  const labels = new Map<number, string>();
  for await (const { id, name } of elements(zip, 'categories', categorySchema)) labels.set(id, name);
  const annotations = new Groups(elements(zip, 'annotations', annotationSchema), imageOf);
  const texts = new Groups(elements(zip, 'text_annotations', textSchema), imageOf);
  for await (const { id, file_name, original_name, width, height } of elements(zip, 'images', imageSchema)) {
    const detections: CorrectedDetection[] = [];
    for await (const { category_id, bbox, score } of annotations.of(id)) {
      const [x, y, boxWidth, boxHeight] = bbox;
      const label = labels.get(category_id) ?? '';
      detections.push({ label, box: { x, y, width: boxWidth, height: boxHeight }, score });
    }
    const lines: CorrectedLine[] = [];
    for await (const { text, polygon, score } of texts.of(id)) {
      lines.push({ text, polygon: quadrilateral(polygon), score });
    }
    yield { name: file_name, originalName: original_name, width, height, detections, lines };
  }
  if (!((await annotations.empty()) && (await texts.empty()))) {
    throw new AppError('invalid_input', 'There are annotations of images that are not there.');
  }
}

async function* elements<Element>(
  zip: ZipReader,
  key: string,
  schema: z.ZodType<Element>,
): AsyncGenerator<Element> {
  for await (const { value } of jsonElements(zip.text(ANNOTATIONS), [key])) yield schema.parse(value);
}
