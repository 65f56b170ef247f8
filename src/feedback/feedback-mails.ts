import type { Mail } from '../mail/mail.ts';
import { quoted, wrapped } from '../mail/paragraph.ts';
import type { InboxEntry } from './inbox-read-model.ts';

const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/** The words of mails about feedback. */
export class FeedbackMails {
  readonly #baseUrl: string;

  /** @param baseUrl address of the site, without a slash at its end */
  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
  }

  /** An answer over what it answers. A reply to it goes to the admin who wrote it. */
  answer(entry: InboxEntry, text: string, admin: { name: string; email: string }): Mail {
    const { author, rating, message, photo, createdAt } = entry;
    const about = photo === null ? '' : ` about “${photo.filename}”`;
    const lines = [
      wrapped(`Hello ${author.name},`),
      '',
      ...text.split('\n').map((line) => wrapped(line)),
      '',
      admin.name,
      '',
      wrapped(`On ${day.format(createdAt)} you wrote${about}, with a rating of ${rating} of 5:`),
      quoted(message),
      '',
      'DetectX',
      this.#baseUrl,
      '',
    ];
    return {
      to: author.email,
      subject: 'An answer to your feedback',
      replyTo: admin.email,
      text: lines.join('\n'),
    };
  }
}
