import type { Response } from 'express';
import type { AppError } from '../errors.ts';
import type { FormModel } from './view-model.ts';

/**
 * A form as it goes back to the person who sent it.
 * @param fields the fields of the form
 * @param kept those whose values go back; never passwords.
 * @param refusal what was wrong: a message of its own where it names none of the fields.
 */
export function refusedForm<Field extends string>(
  body: unknown,
  fields: readonly Field[],
  kept: readonly Field[],
  refusal: AppError,
): FormModel<Field> {
  const sent: Readonly<Record<string, unknown>> =
    typeof body === 'object' && body !== null ? { ...body } : {};
  const form: FormModel<Field> = { values: {}, errors: {}, message: null };
  for (const field of kept) {
    const value = sent[field];
    if (typeof value === 'string') form.values[field] = value;
  }
  for (const field of fields) {
    const first = refusal.fields.find(({ path }) => path === field);
    if (first !== undefined) form.errors[field] = first.message;
  }
  if (Object.keys(form.errors).length === 0) form.message = refusal.message;
  return form;
}

/** The status with which a form goes back; sets `Retry-After` where there is something to wait for. */
export function refusedStatus(res: Response, refusal: AppError): number {
  if (refusal.retryAfterSeconds !== undefined) res.set('Retry-After', String(refusal.retryAfterSeconds));
  switch (refusal.code) {
    case 'not_authenticated':
      return 401;
    case 'forbidden':
      return 403;
    case 'not_found':
      return 404;
    case 'conflict':
      return 409;
    case 'too_many_attempts':
      return 429;
    case 'mail_unavailable':
      return 503;
    default:
      return 422;
  }
}
