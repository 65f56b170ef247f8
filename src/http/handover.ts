import type { Request } from 'express';
import type { Sealer } from '../sealer.ts';

declare module 'express-session' {
  interface SessionData {
    /** What waits to be shown, sealed, by its name. */
    handedOver: Record<string, string>;
  }
}

/**
 * Hands a secret from the request that made it to the page that shows it: sealed, in the session. So that page can be
 * one that is loaded, not the answer to a form, which a reload would send again.
 */
export class Handover {
  readonly #sealer: Sealer;

  constructor(sealer: Sealer) {
    this.#sealer = sealer;
  }

  put(req: Request, name: string, value: unknown): void {
    req.session.handedOver = { ...req.session.handedOver, [name]: this.#sealer.seal(JSON.stringify(value)) };
  }

  /** What was put under this name, as it was; null when there is nothing. It stays. */
  look(req: Request, name: string): unknown {
    const sealed = req.session.handedOver?.[name];
    const opened = sealed === undefined ? null : this.#sealer.open(sealed);
    return opened === null ? null : JSON.parse(opened);
  }

  /** As `look`, and it is gone. */
  take(req: Request, name: string): unknown {
    const value = this.look(req, name);
    const { [name]: _, ...rest } = req.session.handedOver ?? {};
    if (value !== null) req.session.handedOver = rest;
    return value;
  }
}
