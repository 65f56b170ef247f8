import type { Logger } from '../logger.ts';
import type { Mail } from './mail.ts';
import type { MailTransport } from './mail-transport.ts';

/** Sends mail. */
export class Mailer {
  readonly #transport: MailTransport;
  readonly #logger: Logger;
  readonly #underWay = new Set<Promise<void>>();

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
    const sending = this.#transport
      .deliver(mail)
      .catch((error: unknown) => {
        this.#logger.error({ err: error, subject: mail.subject }, 'a mail was not sent');
      })
      .finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
  }

  /** Finishes what is being sent. */
  async close(): Promise<void> {
    await Promise.all(this.#underWay);
    this.#transport.close();
  }
}
