import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestApp } from './test-app.ts';

const PATIENCE_MS = 5000;

/** The mail that a program without a mail server has written to files. */
export class Mailbox {
  readonly #folder: string;

  constructor({ services }: Pick<TestApp, 'services'>) {
    this.#folder = path.join(services.config.dataDir, 'mail');
  }

  /** What the mails to an address say, the oldest first. */
  async textsTo(address: string): Promise<string[]> {
    const files = (await readdir(this.#folder).catch(() => [])).sort();
    const mails = await Promise.all(files.map((file) => readFile(path.join(this.#folder, file), 'utf8')));
    return mails.filter((mail) => mail.includes(`\nTo: ${address}\n`));
  }

  /** The path of the newest link in a mail to an address, once there is one that begins like this. */
  async link(address: string, beginning: string): Promise<string> {
    for (let waited = 0; waited < PATIENCE_MS; waited += 20) {
      const links = (await this.textsTo(address))
        .flatMap((text) => text.match(/https?:\/\/\S+/g) ?? [])
        .map((link) => new URL(link).pathname)
        .filter((link) => link.startsWith(beginning));
      const newest = links.at(-1);
      if (newest) return newest;
      await delay(20);
    }
    return assert.fail(`no mail to ${address} has a link to ${beginning}`);
  }
}
