import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../errors.ts';

/** Nobody who asks for an analysis waits longer; it goes on all the same. */
const LONGEST_WAIT_MS = 60_000;

/** What the queue says, or that it takes longer than anybody should wait for. */
export async function withPatience(analysis: Promise<AppError | null>): Promise<AppError | null> {
  const patience = new AbortController();
  // Who waits for an answer holds a connection, which keeps the process alive; this must not.
  const tooLong = delay(LONGEST_WAIT_MS, null, { signal: patience.signal, ref: false }).then(() => {
    throw new AppError(
      'overloaded',
      'The analysis takes longer than usual. The photo is kept, and is analysed as soon as there is room.',
    );
  });
  try {
    return await Promise.race([analysis, tooLong]);
  } finally {
    patience.abort();
    tooLong.catch(() => {});
  }
}

/** Why a photo is still queued, for its member. */
export function kept(why: AppError | null): AppError {
  if (why?.code === 'engine_unavailable' || why?.code === 'engine_overloaded') {
    const message = `${why.message} The photo is kept, and is analysed as soon as that works again.`;
    return new AppError(why.code, message, { cause: why });
  }
  return new AppError(
    'analysis_interrupted',
    'The analysis was interrupted. The photo is kept, and is analysed again in a moment.',
    { cause: why },
  );
}
