import { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Mail } from './mail.ts';
import type { MailTransport } from './mail-transport.ts';

/** Sends mail. */
export class Mailer {
  readonly #transport: MailTransport;
  readonly #logger: Logger;
  readonly #underWay = new Set<Promise<boolean>>();

  constructor({ transport, logger }: { transport: MailTransport; logger: Logger }) {
    this.#transport = transport;
    this.#logger = logger;
  }

  /** Whether mail gets to the person it is for; see `MailTransport`. */
  get reachesPeople(): boolean {
    return this.#transport.reachesPeople;
  }

  /** What to tell about a mail that was just sent to somebody. */
  whereabouts(what: string, address: string): string {
    return this.reachesPeople
      ? `${what} is on its way to ${address}.`
      : `${what} for ${address} was made. This server sends no mail: whoever runs it finds it in the log and in the folder mail of the data.`;
  }

  /**
   * Sends a mail without waiting: an answer must not tell by the time it takes whether there was one to send. A failure
   * goes to the log, without what the mail says.
   */
  send(mail: Mail): void {
    void this.#hand(mail);
  }

  /**
   * Sends a mail and waits until it has been taken over.
   * @throws {AppError} `mail_unavailable` when it was not; why goes to the log, as with `send`.
   */
  async deliver(mail: Mail): Promise<void> {
    if (await this.#hand(mail)) return;
    throw new AppError(
      'mail_unavailable',
      'The mail server did not take the mail, so nothing was sent. Try again later.',
    );
  }

  /** Whether the mail has been taken over. */
  #hand(mail: Mail): Promise<boolean> {
    const sending = this.#transport
      .deliver(mail)
      .then(
        () => true,
        (error: unknown) => {
          this.#logger.error({ err: error, subject: mail.subject }, 'a mail was not sent');
          return false;
        },
      )
      .finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
    return sending;
  }

  /** Finishes what is being sent. */
  async close(): Promise<void> {
    await Promise.all(this.#underWay);
    this.#transport.close();
  }
}
