import type { Request } from 'express';
import { AppError } from '../errors.ts';

/**
 * Bounds what all requests together hold in memory of the photos that they send, from the first byte to the end of
 * the answer: many slow senders must not fill the machine.
 */
export class UploadMemory {
  readonly #maxBytes: number;
  readonly #held = new Map<Request, number>();
  #bytes = 0;

  /** @param maxBytes for all requests together. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * Counts bytes of a request in.
   * @throws {AppError} `overloaded` when there is no room for them.
   */
  take(req: Request, bytes: number): void {
    if (this.#bytes + bytes > this.#maxBytes) {
      throw new AppError(
        'overloaded',
        'Too many photos are arriving at once. Please try again in a moment.',
        {
          retryAfterSeconds: 2,
        },
      );
    }
    const held = this.#held.get(req);
    if (held === undefined) req.res?.once('close', () => this.#release(req));
    this.#held.set(req, (held ?? 0) + bytes);
    this.#bytes += bytes;
  }

  #release(req: Request): void {
    this.#bytes -= this.#held.get(req) ?? 0;
    this.#held.delete(req);
  }
}
