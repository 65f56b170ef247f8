import type { Mail } from '../mail/mail.ts';
import { wrapped } from '../mail/paragraph.ts';

interface Addressee {
  name: string;
  email: string;
}

/** The words of every mail about an account. Nothing in them was written by a stranger to the address. */
export class AccountMails {
  readonly #baseUrl: string;

  /** @param baseUrl address of the site, without a slash at its end */
  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
  }

  passwordReset({ name, email }: Addressee, secret: string): Mail {
    return this.#mail(email, 'Reset your password', [
      `Hello ${name},`,
      'someone, probably you, asked to reset the password of your DetectX account. Choose a new one here:',
      this.#link(`/reset-password/${secret}`),
      'The link is good for one hour and for one use. All sessions end when it is used. If you did not ask for it, leave it alone: nothing has changed.',
    ]);
  }

  /** To the owner of an address that somebody registers again. */
  alreadyRegistered({ name, email }: Addressee): Mail {
    return this.#mail(email, 'You have an account already', [
      `Hello ${name},`,
      'someone, probably you, tried to create a DetectX account with this e-mail address. There is one already. Log in here, or ask for a new password if you have forgotten yours:',
      this.#link('/login'),
      this.#link('/forgot-password'),
      'If it was not you, leave it alone: nothing has changed.',
    ]);
  }

  confirmRegistration(email: string, secret: string): Mail {
    return this.#mail(email, 'Confirm your account', [
      'Hello,',
      'someone, probably you, is creating a DetectX account with this e-mail address. To finish, open this link and enter the password that you have chosen:',
      this.#link(`/register/confirm/${secret}`),
      'The link is good for a day and for one use. If it was not you, leave it alone: no account is made.',
    ]);
  }

  /** @param inviter name of the admin who invites */
  invitation(email: string, inviter: string, secret: string): Mail {
    return this.#mail(email, 'Your invitation to DetectX', [
      'Hello,',
      `${inviter} invites you to DetectX, which finds the objects in your photos and reads the text in them. Create your account here:`,
      this.#link(`/invitation/${secret}`),
      'The link is good for a week and for one use.',
    ]);
  }

  /** To the new address. */
  confirmEmail(name: string, email: string, secret: string): Mail {
    return this.#mail(email, 'Confirm your new e-mail address', [
      `Hello ${name},`,
      'this is to become the e-mail address of your DetectX account. Confirm it here:',
      this.#link(`/account/email/${secret}`),
      'The link is good for a day and for one use. If you did not ask for this, leave it alone: nothing has changed.',
    ]);
  }

  /** To an address that somebody wants to give to their account, and that has one already. */
  emailTaken(email: string): Mail {
    return this.#mail(email, 'This address has an account already', [
      'Hello,',
      'someone, probably you, wants to use this e-mail address for another DetectX account. An address can have only one, so nothing has changed.',
    ]);
  }

  /**
   * Tells the owner of something that concerns the safety of the account.
   * @param what one sentence
   */
  notice({ name, email }: Addressee, subject: string, what: string): Mail {
    return this.#mail(email, subject, [
      `Hello ${name},`,
      what,
      'If this was not you, choose a new password at once, and look through your sessions and API tokens:',
      this.#link('/forgot-password'),
    ]);
  }

  #link(path: string): string {
    return this.#baseUrl + path;
  }

  #mail(to: string, subject: string, paragraphs: readonly string[]): Mail {
    return {
      to,
      subject,
      text: `${paragraphs.map((paragraph) => wrapped(paragraph)).join('\n\n')}\n\nDetectX\n${this.#baseUrl}\n`,
    };
  }
}
