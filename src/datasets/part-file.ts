import { createReadStream } from 'node:fs';
import { appendFile, writeFile } from 'node:fs/promises';

/** A part of a document that is written while another part of it is. */
export class PartFile {
  readonly #path: string;
  #begun = false;

  constructor(path: string) {
    this.#path = path;
  }

  async append(text: string): Promise<void> {
    if (text === '') return;
    await appendFile(this.#path, text);
    this.#begun = true;
  }

  async *read(): AsyncGenerator<string> {
    if (!this.#begun) await writeFile(this.#path, '');
    yield* createReadStream(this.#path, { encoding: 'utf8' }) as AsyncIterable<string>;
  }
}
