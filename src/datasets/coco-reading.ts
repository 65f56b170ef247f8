import path from 'node:path';
import { z } from 'zod';
import { LONGEST_LABEL, LONGEST_LINE } from '../corrections/correction-limits.ts';
import { type Box, boundsOf } from '../imaging/geometry.ts';
import { quadrilateral } from './dataset.ts';
import { LeftOut } from './left-out.ts';
import type { PicturePaths } from './picture-paths.ts';
import { type PlannedPhoto, pictureOf } from './planned-photo.ts';

/** The arrays that are read. */
export const ARRAYS = ['images', 'annotations', 'text_annotations', 'categories'] as const;
export type CocoArray = (typeof ARRAYS)[number];

/** What cannot be used is left out where it is said of a photo, and leaves a gap there. */
const optional = <Value>(schema: z.ZodType<Value>) => schema.optional().catch(undefined);

const id = z.union([z.number(), z.string()]);
const score = z
  .number()
  .min(0)
  .max(1)
  .nullish()
  .catch(null)
  .transform((given) => given ?? null);
const side = z.int().positive().nullish().catch(null);

const imageSchema = z.object({
  id,
  file_name: z.string().min(1).max(1000),
  original_name: optional(z.string().max(1000)),
  width: side,
  height: side,
});

const annotationSchema = z.object({
  image_id: id,
  category_id: optional(id),
  bbox: optional(z.tuple([z.number(), z.number(), z.number(), z.number()])),
  score,
  iscrowd: z
    .unknown()
    .optional()
    .transform((given) => given === 1 || given === true),
  segmentation: z
    .unknown()
    .optional()
    .transform((given) => typeof given === 'object' && given !== null && Object.keys(given).length > 0),
});

const textSchema = z.object({
  image_id: id,
  text: optional(
    z
      .string()
      .max(LONGEST_LINE)
      .regex(/\S/)
      .regex(/^[^\p{Cc}\p{NChar}]*$/u)
      .transform((given) => given.toWellFormed()),
  ),
  polygon: optional(z.array(z.number()).length(8).transform(quadrilateral)),
  score,
});

const categorySchema = z.object({
  id,
  name: z
    .string()
    .trim()
    .min(1)
    .max(LONGEST_LABEL)
    .regex(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{NChar}]+$/u),
});

/** What one file of annotations says, taken in element by element, in whatever order its arrays stand. */
export class CocoReading {
  readonly #pictures: PicturePaths;
  readonly #folder: string;
  readonly #named: Set<string>;
  readonly #photos = new Map<number | string, PlannedPhoto>();
  readonly #labels = new Map<number | string, string>();
  readonly #begun = new Set<CocoArray>();
  readonly #annotations: z.infer<typeof annotationSchema>[] = [];
  readonly #texts: z.infer<typeof textSchema>[] = [];
  readonly #left = new LeftOut();
  /** Whether there are some of which it cannot be told what photo they belong to. */
  readonly #stray = { annotations: false, texts: false };

  /**
   * @param folder where the file stands.
   * @param named the pictures, by `pictureOf`, that this file and those before it name.
   */
  constructor(pictures: PicturePaths, folder: string, named: Set<string>) {
    this.#pictures = pictures;
    this.#folder = folder;
    this.#named = named;
  }

  get isCoco(): boolean {
    return this.#photos.size > 0 && this.#labels.size > 0;
  }

  /** Takes note of an array that the file has, though it may be empty. */
  begin(key: CocoArray): void {
    this.#begun.add(key);
  }

  /** @returns whether it is a photo that was not named before. */
  take(key: CocoArray, value: unknown): boolean {
    if (key === 'images') return this.#takeImage(imageSchema.safeParse(value).data);
    if (key === 'categories') {
      const category = categorySchema.safeParse(value).data;
      if (category) this.#labels.set(category.id, category.name);
      else this.#left.add('Categories without a usable name');
    } else if (key === 'annotations') {
      const annotation = annotationSchema.safeParse(value).data;
      if (annotation?.segmentation)
        this.#left.add('Outlines (segmentation), of which only the boxes are taken');
      if (annotation) this.#annotations.push(annotation);
      else this.#stray.annotations = this.#leave('Annotations that are not as COCO has them');
    } else {
      const text = textSchema.safeParse(value).data;
      if (text) this.#texts.push(text);
      else this.#stray.texts = this.#leave('Lines of text that name no image');
    }
    return false;
  }

  /** The photos of the file with what it says of them, and notes on the file as a whole. */
  finish(): { photos: PlannedPhoto[]; notes: string[] } {
    const leftOf = new Map<PlannedPhoto, LeftOut>();
    const leave = (photo: PlannedPhoto, what: string) => {
      const left = leftOf.get(photo) ?? new LeftOut();
      leftOf.set(photo, left);
      left.add(what);
    };
    for (const { image_id, category_id, bbox, score, iscrowd } of this.#annotations) {
      const photo = byId(this.#photos, image_id);
      if (!photo) {
        this.#stray.annotations = this.#leave('Annotations of images that the file does not name');
        continue;
      }
      const label = category_id === undefined ? undefined : byId(this.#labels, category_id);
      const box = bbox === undefined ? null : boxOf(bbox);
      if (box !== null && label !== undefined && !iscrowd) {
        photo.detections.push({ label, box, score });
        continue;
      }
      photo.gaps.detections.push(box);
      if (box === null) leave(photo, 'Annotations without a box');
      else if (label === undefined) leave(photo, 'Boxes of categories without a usable name');
      else leave(photo, 'Boxes around crowds');
    }
    for (const { image_id, text, polygon, score } of this.#texts) {
      const photo = byId(this.#photos, image_id);
      if (!photo) {
        this.#stray.texts = this.#leave('Lines of text of images that the file does not name');
      } else if (text !== undefined && polygon !== undefined) {
        photo.lines.push({ text, polygon, score });
      } else {
        photo.gaps.lines.push(polygon === undefined ? null : boundsOf(polygon));
        leave(photo, 'Lines of text without words or without four corners');
      }
    }
    const labels = this.#begun.has('annotations') ? [...this.#labels.values()] : [];
    for (const photo of this.#photos.values()) {
      photo.notes = leftOf.get(photo)?.notes() ?? [];
      photo.labels = labels;
      photo.text = this.#begun.has('text_annotations');
      this.#leaveStrayIn(photo);
    }
    return { photos: [...this.#photos.values()], notes: this.#left.notes() };
  }

  /** A photo of which nothing is said may be the one that strays belong to. */
  #leaveStrayIn({ detections, lines, gaps, notes }: PlannedPhoto): void {
    const annotations = this.#stray.annotations && detections.length + gaps.detections.length === 0;
    const texts = this.#stray.texts && lines.length + gaps.lines.length === 0;
    if (annotations) gaps.detections.push(null);
    if (texts) gaps.lines.push(null);
    if (annotations || texts)
      notes.push(
        'The file has annotations of which it cannot be told what photo they belong to, perhaps to this one.',
      );
  }

  /** @returns true. */
  #leave(what: string): true {
    this.#left.add(what);
    return true;
  }

  #takeImage(image: z.infer<typeof imageSchema> | undefined): boolean {
    if (!image || this.#photos.has(image.id)) {
      this.#left.add('Images without a name, or with the number of another');
      return false;
    }
    const { file_name, original_name, width, height } = image;
    const photo: PlannedPhoto = {
      name: file_name,
      path: this.#pictures.find(this.#folder, file_name),
      filename: original_name ?? path.posix.basename(file_name),
      size: width != null && height != null ? { width, height } : null,
      detections: [],
      lines: [],
      labels: [],
      text: false,
      gaps: { detections: [], lines: [] },
      notes: [],
    };
    this.#photos.set(image.id, photo);
    const known = this.#named.size;
    return this.#named.add(pictureOf(photo)).size > known;
  }
}

function boxOf([x, y, width, height]: readonly [number, number, number, number]): Box {
  return { x, y, width, height };
}

/** What has a number, which some programs write as text in one place and as a number in another. */
function byId<Value>(values: ReadonlyMap<number | string, Value>, id: number | string): Value | undefined {
  const other = typeof id === 'number' ? String(id) : Number(id);
  return values.get(id) ?? (String(other) === String(id) ? values.get(other) : undefined);
}
