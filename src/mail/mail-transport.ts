import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import type { Logger } from '../logger.ts';
import type { Mail } from './mail.ts';

/** The way that mail goes. */
export interface MailTransport {
  /** Whether a mail gets to the person it is for; without, only whoever runs the server can read it. */
  readonly reachesPeople: boolean;
  /** Resolves when the mail has been taken over; rejects when it was not. */
  deliver(mail: Mail): Promise<void>;
  close(): void;
}

const PATIENCE = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 };

/**
 * Hands mail to a mail server.
 * @param url `smtp://user:password@host:587`, or `smtps://` for TLS from the first byte.
 * @param from Sender, as `Name <address>`.
 */
export function smtpTransport(url: string, from: string): MailTransport {
  // Nothing in a mail may make the mailer read files or addresses.
  const transporter = createTransport({
    url,
    ...PATIENCE,
    requireTLS: demandsTls(url),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    reachesPeople: true,
    deliver: async (mail) => {
      await transporter.sendMail({ from, ...mail });
    },
    close: () => transporter.close(),
  };
}

/** A password goes over the network under TLS only; a mail server on the same machine, or without one, may do as it can. */
function demandsTls(url: string): boolean {
  const { password, hostname } = new URL(url);
  return password !== '' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

/** Writes mail to the log and, as files of type message/rfc822, to a folder: for a server that has no mail server. */
export function folderTransport(folder: string, from: string, logger: Logger): MailTransport {
  return {
    reachesPeople: false,
    deliver: async (mail) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = path.join(folder, `${new Date().toISOString().replaceAll(':', '-')}-${randomUUID()}.eml`);
      // Whoever can read it can take the account over.
      await writeFile(file, message(from, mail), { mode: 0o600 });
      logger.info({ ...mail, file }, 'mail written to a file: SMTP_URL is not set');
    },
    close: () => {},
  };
}

/** Unlike what is sent over a network, with every line whole: people copy links from it. */
function message(from: string, { to, subject, replyTo, text }: Mail): string {
  const headers = {
    From: from,
    To: to,
    ...(replyTo === undefined ? {} : { 'Reply-To': replyTo }),
    Subject: subject,
    Date: new Date().toUTCString(),
    'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Transfer-Encoding': '8bit',
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
  return `${head.join('')}\n${text}`;
}
