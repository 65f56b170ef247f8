import { z } from 'zod';

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
  .regex(/^\P{Cc}*$/u, 'Enter a name without control characters.');

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

export const registrationSchema = z.object({ name, email, ...newPassword }).refine(areSame, NOT_THE_SAME);

/** A password that takes the place of another. */
export const newPasswordSchema = z.object(newPassword).refine(areSame, NOT_THE_SAME);

/** The password of whoever is logged in. */
const currentPassword = z
  .string('Enter your password.')
  .min(1, 'Enter your password.')
  .max(PASSWORD_MAX_LENGTH, `No password is longer than ${PASSWORD_MAX_LENGTH} characters.`);

export const nameSchema = z.object({ name });
export const passwordChangeSchema = z
  .object({ currentPassword, ...newPassword })
  .refine(areSame, NOT_THE_SAME);
export const currentPasswordSchema = z.object({ currentPassword });

/** Takes anything as a password: only the account knows which one is right. */
export const loginSchema = z.object({
  email,
  password: z
    .string('Enter your password.')
    .min(1, 'Enter your password.')
    .max(PASSWORD_MAX_LENGTH, `No password is longer than ${PASSWORD_MAX_LENGTH} characters.`),
});

export const newTokenSchema = z.object({
  name,
  expiresInDays: z
    .int('Give a whole number of days.')
    .min(1, 'Give at least 1 day.')
    .max(3650, 'Give at most 3650 days.')
    .optional(),
});
