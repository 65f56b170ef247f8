import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { isGoneClient } from './gone-client.ts';

/**
 * Sends a text of any length as it is made: no faster than it is taken, and no longer than somebody takes it. Nothing is
 * made for a request that asks for the headers alone.
 */
export async function sendText(res: Response, pieces: AsyncIterable<string>): Promise<void> {
  if (res.req.method === 'HEAD') return void res.end();
  try {
    await pipeline(Readable.from(pieces, { highWaterMark: 1 }), res);
  } catch (error) {
    if (!isGoneClient(error)) throw error;
  }
}
