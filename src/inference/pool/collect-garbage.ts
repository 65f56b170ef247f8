import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/**
 * Has this thread give back the memory of what it needs no more: one that gets nothing to do would keep it as it is. What
 * native modules hold is swept on a thread of its own, which the beginning of another collection waits for, and given back
 * a turn later; a thread that waits for work takes no turns.
 */
export async function collectGarbage(): Promise<void> {
  await setImmediate();
  collect();
  collect();
  await setImmediate();
}
