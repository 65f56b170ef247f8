import { z } from 'zod';
import { photoListSchema } from '../photos/photo-schemas.ts';
import { TRUTHS } from './dataset.ts';
import type { ExportRequest } from './dataset-exporter.ts';
import { FORMATS } from './dataset-format.ts';
import type { PhotoSelection } from './selected-photos.ts';

/** Photos that can be named one by one. */
const MOST_IDS = 500;

const ids = z
  .union([z.string().transform((id) => [id]), z.array(z.string())], { error: 'takes the ids of photos' })
  .pipe(
    z.array(z.string().max(36)).max(MOST_IDS, `takes at most ${MOST_IDS} photos; choose more by a filter`),
  );

/**
 * Photos named by `id`, once or several times; else those that the filters of the gallery find, and without any, all. A
 * choice that names none (an empty list, or a form of chosen photos, which says so by `chosen`) is not taken for all.
 * @param labels Names that detections can have.
 */
export function selectionSchema(labels: readonly string[]): z.ZodType<PhotoSelection> {
  const listSchema = photoListSchema(labels);
  const choice = z.looseObject({ id: ids.optional(), chosen: z.unknown().optional() });
  return choice.transform(({ id, chosen, ...fields }, context) => {
    if (id !== undefined && id.length > 0) return { ids: id, filter: {} };
    if (id !== undefined || chosen !== undefined) {
      context.addIssue({ code: 'custom', path: ['id'], message: 'No photo was chosen.' });
      return z.NEVER;
    }
    // In JSON a score is a number.
    const list = listSchema.safeParse(asText(fields));
    if (list.success) return { ids: null, filter: list.data.filter };
    for (const { path, message } of list.error.issues) context.addIssue({ code: 'custom', path, message });
    return z.NEVER;
  });
}

const form = z.object({
  format: z.enum(FORMATS, { error: `takes one of ${FORMATS.join(', ')}` }),
  as: z.enum(TRUTHS, { error: `takes ${TRUTHS.join(' or ')}` }).default('corrected'),
});

/**
 * Body of `POST /photos/export`.
 * @param labels Names that detections can have.
 */
export function exportSchema(labels: readonly string[]): z.ZodType<ExportRequest> {
  const wanted = selectionSchema(labels);
  return z.looseObject({}).transform((body, context) => {
    const [chosen, selection] = [form.safeParse(body), wanted.safeParse(body)];
    for (const result of [chosen, selection]) {
      for (const { path, message } of result.error?.issues ?? []) {
        context.addIssue({ code: 'custom', path, message });
      }
    }
    return chosen.success && selection.success ? { ...chosen.data, selection: selection.data } : z.NEVER;
  });
}

function asText(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'number' ? String(value) : value]),
  );
}
