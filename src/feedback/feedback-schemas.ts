import { z } from 'zod';
import { unlessEmpty } from '../http/validation.ts';
import { LONGEST_MESSAGE, RATINGS } from './feedback.ts';
import type { GivenFeedback } from './feedback-service.ts';

const CHOOSE = `Choose a rating from 1 to ${RATINGS.length}.`;

/** A form sends digits, the API a number. */
const rating = z.preprocess(
  (value) => (typeof value === 'string' && /^\d$/.test(value) ? Number(value) : value),
  z.int(CHOOSE).min(1, CHOOSE).max(RATINGS.length, CHOOSE),
);

/** Lines of text. Other control characters would spoil lists and mails. */
const message = (missing: string) =>
  z
    .string(missing)
    // Forms send both characters for one line's end.
    .transform((text) => text.replace(/\r\n?/g, '\n').trim())
    .pipe(
      z
        .string()
        .min(1, missing)
        .max(LONGEST_MESSAGE, `Write at most ${LONGEST_MESSAGE} characters.`)
        .regex(/^(?:[\n\t]|[^\p{Cc}\p{Cs}])*$/u, 'Write without control characters.'),
    );

/** What `/feedback` and the API take. */
export const feedbackSchema: z.ZodType<GivenFeedback> = z.object({
  rating,
  message: message('Write a message.'),
  photoId: unlessEmpty(z.string().max(100, 'That is no id of a photo.')),
  formKey: unlessEmpty(z.string().max(100, 'That is no key of a form.')),
});

/** The query of `/feedback`. */
export const aboutSchema = z.object({
  photoId: unlessEmpty(z.string().max(100, 'That is no id of a photo.')),
});

export const answerSchema = z.object({ answer: message('Write an answer.') });
