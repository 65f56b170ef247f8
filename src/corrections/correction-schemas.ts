import { z } from 'zod';
import type { CorrectionAct } from './correction-acts.ts';
import { LONGEST_LABEL, LONGEST_LINE } from './correction-limits.ts';

const version = z
  .string({ error: 'takes the version of the state that the act was made on' })
  .regex(/^\d{1,20}-\d{1,20}$/, 'takes the version of the state that the act was made on');

const id = z.int({ error: 'takes the id of one in this photo' }).min(0, 'takes the id of one in this photo');
const coordinate = z.number({ error: 'takes a number of pixels' });
const box = z.object(
  { x: coordinate, y: coordinate, width: coordinate, height: coordinate },
  { error: 'takes x, y, width and height in pixels of the photo' },
);
const label = z
  .string({ error: 'takes a label' })
  .trim()
  .min(1, 'Give a label.')
  .max(LONGEST_LABEL, `takes at most ${LONGEST_LABEL} characters`);
const text = z
  .string({ error: 'takes the text of the line' })
  .transform((given) => given.toWellFormed().replaceAll(/\s+/g, ' ').trim())
  .pipe(
    z
      .string()
      .min(1, 'Give the text, or mark the line as wrong.')
      .regex(/^[^\p{Cc}\p{NChar}]*$/u, 'Write without control characters.')
      .max(LONGEST_LINE, `takes at most ${LONGEST_LINE} characters`),
  );
const verdict = z.enum(['right', 'wrong'], { error: 'takes right, wrong or null' }).nullable();

const target = { detection: id.optional(), line: id.optional() };

const act: z.ZodType<CorrectionAct> = z.discriminatedUnion(
  'act',
  [
    z.object({ act: z.literal('label'), detection: id, label }),
    z.object({ act: z.literal('box'), detection: id, box }),
    z.object({ act: z.literal('draw'), label, box }),
    z.object({ act: z.literal('text'), line: id, text }),
    z.object({ act: z.literal('as-detected') }),
    z.object({ act: z.literal('verdict'), verdict, ...target }).transform(onEither),
    z.object({ act: z.literal('remove'), ...target }).transform(onEither),
  ],
  { error: 'takes verdict, label, box, draw, remove, text or as-detected' },
);

/** Some acts are done either to a detection or to a line. */
function onEither<Act extends { detection?: number | undefined; line?: number | undefined }>(
  { detection, line, ...done }: Act,
  context: z.RefinementCtx,
) {
  if (detection !== undefined && line === undefined) return { ...done, detection };
  if (line !== undefined && detection === undefined) return { ...done, line };
  context.addIssue({ code: 'custom', path: ['detection'], message: 'takes either a detection or a line' });
  return z.NEVER;
}

/** An act, and the version of the state that it was made on. */
export interface VersionedAct {
  version: string;
  act: CorrectionAct;
}

/** Body of `POST /api/v1/photos/:id/corrections`. */
export const versionedActSchema: z.ZodType<VersionedAct> = z
  .looseObject({ version })
  .transform((body, context) => {
    const result = act.safeParse(body);
    if (result.success) return { version: body.version, act: result.data };
    for (const { path, message } of result.error.issues) context.addIssue({ code: 'custom', path, message });
    return z.NEVER;
  });

/** Query or form of an undo; without a version whatever holds is taken back. */
export const undoSchema = z.object({ version: version.optional() });

/** The same act from the fields of a form, which are text and flat. */
export const actFormSchema: z.ZodType<VersionedAct> = z.preprocess(actFields, versionedActSchema);

const NUMBERS = ['detection', 'line'];
const SIDES = ['x', 'y', 'width', 'height'];

function actFields(body: unknown): unknown {
  const fields: Record<string, unknown> = typeof body === 'object' && body !== null ? { ...body } : {};
  for (const name of NUMBERS) if (name in fields) fields[name] = numberOf(fields[name]);
  if (SIDES.some((side) => side in fields))
    fields.box = Object.fromEntries(SIDES.map((side) => [side, numberOf(fields[side])]));
  if (fields.verdict === '') fields.verdict = null;
  return fields;
}

/** Unlike `Number`, takes an empty field for none. */
function numberOf(given: unknown): unknown {
  return typeof given === 'string' && given.trim() !== '' ? Number(given.replace(',', '.')) : undefined;
}
