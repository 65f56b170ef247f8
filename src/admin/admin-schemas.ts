import { z } from 'zod';
import { AUDIT_ACTS, type AuditAct } from '../audit/audit-entry.ts';
import { unlessEmpty } from '../http/validation.ts';
import { DIRECTORY_SORTS, type DirectorySort } from './member-directory-read-model.ts';

const DAY_MS = 24 * 60 * 60_000;
const MB = 1024 * 1024;

const words = z.string('Give one text to look for.').trim().max(254, 'That is too long to look for.');
const cursor = z.string().max(1000, 'is not one that a list gave out').nullable().default(null);

const day = z.iso.date('Give a day as 2026-11-20.').transform((text) => new Date(text));

/** The query of `/admin/users`. */
export const directorySchema = z.object({
  q: unlessEmpty(words),
  role: unlessEmpty(z.enum(['member', 'admin'], 'Choose member or admin.')),
  state: unlessEmpty(z.enum(['active', 'suspended'], 'Choose active or suspended.')),
  sort: z
    .enum(Object.keys(DIRECTORY_SORTS) as [DirectorySort, ...DirectorySort[]], 'Choose one of the sorts.')
    .default('name'),
  cursor,
});

/** The query of `/admin/audit`; `to` is the last day that is shown. */
export const auditSchema = z
  .object({
    act: unlessEmpty(z.enum(Object.keys(AUDIT_ACTS) as [AuditAct, ...AuditAct[]], 'Choose one of the acts.')),
    email: unlessEmpty(words.toLowerCase()),
    from: unlessEmpty(day),
    to: unlessEmpty(day),
    cursor: z.coerce.number('is not one that a list gave out').int().positive().nullable().default(null),
    format: z.literal('csv').optional(),
  })
  .refine(({ from, to }) => !from || !to || from <= to, {
    path: ['to'],
    message: 'Give a last day that is not before the first one.',
  })
  .transform(({ act, email, from, to, cursor: olderThan, format }) => ({
    filter: { act, email, from, before: to && new Date(to.getTime() + DAY_MS) },
    olderThan,
    format,
  }));

export const roleSchema = z.object({ role: z.enum(['member', 'admin'], 'Choose member or admin.') });

/** A number in digits alone; nothing is null, and everything else not a number. */
function wholeNumber(value: unknown): number | null {
  const digits = String(value).trim();
  if (digits === '') return null;
  return /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
}

const bound = (noun: string) => {
  const message = `Give a whole number of ${noun}.`;
  return z.preprocess(
    (value) => wholeNumber(value),
    z.number(message).int(message).min(0, message).max(1_000_000_000, message).nullable(),
  );
};

/** A quota as the form gives it: nothing in a field is what is configured. */
export const quotaSchema = z
  .object({ photos: bound('photos'), megabytes: bound('megabytes') })
  .transform(({ photos, megabytes }) => ({ photos, bytes: megabytes === null ? null : megabytes * MB }));
