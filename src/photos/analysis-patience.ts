import type { ErrorCode } from '../errors.ts';

/** How long a photo is tried again whose analysis is cut off. */
export interface AnalysisPatience {
  /** Milliseconds before the second attempt; every further pause is twice as long. */
  firstPauseMs: number;
  longestPauseMs: number;
  /** So many attempts may end in a fault of a model server until the photo is taken to be its cause. */
  engineFaults: number;
  /** So many may end in a thread that dies: that is mostly the photo, and takes others with it. */
  interruptions: number;
}

/** What befell the analyses of one photo, and whether and when it is worth another attempt. */
export class Setbacks {
  readonly #patience: AnalysisPatience;
  #all = 0;
  #engineFaults = 0;
  #interruptions = 0;

  constructor(patience: AnalysisPatience) {
    this.#patience = patience;
  }

  /** How many attempts have been cut off, for whatever reason. */
  get count(): number {
    return this.#all;
  }

  /**
   * Notes how one more attempt ended.
   * @returns milliseconds to wait before the next; null when another would end alike. That a server has no room says nothing
   *   of the photo, however often.
   */
  pauseAfter(code: ErrorCode): number | null {
    const { engineFaults, interruptions, firstPauseMs, longestPauseMs } = this.#patience;
    if (code === 'engine_failed') this.#engineFaults++;
    else if (code === 'analysis_interrupted') this.#interruptions++;
    else if (code !== 'engine_overloaded') return null;
    if (this.#engineFaults >= engineFaults || this.#interruptions >= interruptions) return null;
    const longest = Math.min(firstPauseMs * 2 ** this.#all++, longestPauseMs);
    // Photos that were cut off together do not come back together: one may have been the ruin of the other.
    return (longest * (1 + Math.random())) / 2;
  }
}
