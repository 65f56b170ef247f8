import { z } from 'zod';
import { TOKEN_SCOPES } from './api-token.ts';

/** In characters; what makes a password good is its length, so nothing is asked of its composition. */
export const PASSWORD_MIN_LENGTH = 8;
const PASSWORD_MAX_LENGTH = 128;

const email = z
  .string('Enter your e-mail address.')
  .trim()
  .toLowerCase()
  .min(1, 'Enter your e-mail address.')
  .max(254, 'That address is too long.')
  .pipe(z.email('Enter an e-mail address, such as ada@example.org.'));

/** A person's or a token's name; control characters would spoil lists and mails. */
const name = z
  .string('Enter a name.')
  .trim()
  .min(1, 'Enter a name.')
  .max(120, 'Enter a name of at most 120 characters.')
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'Enter a name without control characters.');

/** A new password; that it is not easy to guess is the account service's to say, which knows the member. */
const newPassword = {
  password: z
    .string('Enter a password.')
    .min(PASSWORD_MIN_LENGTH, `Enter a password of at least ${PASSWORD_MIN_LENGTH} characters.`)
    .max(PASSWORD_MAX_LENGTH, `Enter a password of at most ${PASSWORD_MAX_LENGTH} characters.`),
  passwordConfirmation: z.string('Enter the password again.'),
};

const areSame = ({ password, passwordConfirmation }: { password: string; passwordConfirmation: string }) =>
  password === passwordConfirmation;
const NOT_THE_SAME = { path: ['passwordConfirmation'], message: 'The two passwords are not the same.' };

/** A password that exists already: takes anything, for only the account knows which one is right. */
const existingPassword = z
  .string('Enter your password.')
  .min(1, 'Enter your password.')
  .max(PASSWORD_MAX_LENGTH, `No password is longer than ${PASSWORD_MAX_LENGTH} characters.`);

export const registrationSchema = z.object({ name, email, ...newPassword }).refine(areSame, NOT_THE_SAME);
/** The address is that of the invitation. */
export const invitedSchema = z.object({ name, ...newPassword }).refine(areSame, NOT_THE_SAME);
/** A password that takes the place of one that was forgotten. */
export const newPasswordSchema = z.object(newPassword).refine(areSame, NOT_THE_SAME);
export const passwordChangeSchema = z
  .object({ currentPassword: existingPassword, ...newPassword })
  .refine(areSame, NOT_THE_SAME);
export const nameSchema = z.object({ name });
export const emailSchema = z.object({ email });
export const emailChangeSchema = z.object({ email, currentPassword: existingPassword });
export const currentPasswordSchema = z.object({ currentPassword: existingPassword });
export const loginSchema = z.object({ email, password: existingPassword });
export const passwordSchema = z.object({ password: existingPassword });

/** A code of a device, or a recovery code. */
export const codeSchema = z.object({
  code: z.string('Enter the code.').trim().min(1, 'Enter the code.').max(64, 'No code is that long.'),
});

const scope = z.enum(TOKEN_SCOPES, `Choose ${TOKEN_SCOPES.join(' or ')}.`).default('write');

export const newTokenSchema = z.object({
  name,
  scope,
  expiresInDays: z
    .int('Give a whole number of days.')
    .min(1, 'Give at least 1 day.')
    .max(3650, 'Give at most 3650 days.')
    .optional(),
});

/** As `newTokenSchema`, from a form: nothing in the field of days is a token without an end. */
export const tokenFormSchema = z.object({
  name,
  scope,
  expiresInDays: z.preprocess((value) => {
    const digits = String(value ?? '').trim();
    return digits === '' ? undefined : /^\d+$/.test(digits) ? Number(digits) : digits;
  }, newTokenSchema.shape.expiresInDays),
});
