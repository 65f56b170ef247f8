import { z } from 'zod';
import { parse } from '../http/validation.ts';
import type { DetectionFilter } from './detection-history.ts';
import { detectionQuerySchema } from './detection-schemas.ts';

const LONGEST_ID = 200;
const MOST_PHOTOS = 1000;

/** The fields of a choice: the filters of the history of detections. */
export const CHOICE_FIELDS = [
  'label',
  'user',
  'userId',
  'text',
  'from',
  'to',
  'minScore',
  'maxScore',
  'model',
] as const;

export type ChoiceField = (typeof CHOICE_FIELDS)[number];

/**
 * What photos are chosen by, from the fields of a form or call.
 * @param labels Names that the detector gives.
 * @throws {AppError} `invalid_input`
 */
export function readChoice(
  fields: Readonly<Record<string, string>>,
  labels: readonly string[],
): DetectionFilter {
  return parse(detectionQuerySchema(labels), fields).filter;
}

const choiceValue = z.union([z.string().min(1), z.number()], 'takes a text or a number').optional();

/**
 * Body of the call that starts a run: `photoIds`, or fields of a choice, or an empty object for all photos. Whatever else
 * stands in it is refused: a name that is misspelt must not end in all photos being analysed.
 */
export const reanalysisCallSchema = z
  .strictObject(
    {
      photoIds: z.unknown().optional(),
      ...(Object.fromEntries(CHOICE_FIELDS.map((name) => [name, choiceValue])) as Record<
        ChoiceField,
        typeof choiceValue
      >),
    },
    {
      error: ({ code, input }) =>
        code === 'unrecognized_keys'
          ? `takes photoIds or ${CHOICE_FIELDS.join(', ')}, not ${namesBeside(input)}`
          : 'takes a JSON object; {} stands for all photos',
    },
  )
  .refine(
    ({ photoIds, ...choice }) => photoIds === undefined || Object.keys(choice).length === 0,
    'takes photoIds or a choice, not both',
  );

function namesBeside(input: unknown): string {
  const known = new Set<string>(['photoIds', ...CHOICE_FIELDS]);
  return Object.keys(input as object)
    .filter((name) => !known.has(name))
    .join(', ');
}

/** Photos that are named one by one; a form with one of them gives no list. */
export const namedPhotosSchema = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z
    .array(
      z.string('takes the id of a photo').max(LONGEST_ID, 'takes the id of a photo'),
      'takes ids of photos',
    )
    .max(MOST_PHOTOS, `takes at most ${MOST_PHOTOS} photos`),
);

/** What stands in the fields of a choice, without those that are empty. */
export function sentChoice(sent: unknown): Record<string, string> {
  const fields: Readonly<Record<string, unknown>> =
    typeof sent === 'object' && sent !== null ? { ...sent } : {};
  return Object.fromEntries(
    CHOICE_FIELDS.flatMap((name): [string, string][] => {
      const value = fields[name];
      if (value === undefined || value === null || value === '') return [];
      return [[name, String(value)]];
    }),
  );
}
