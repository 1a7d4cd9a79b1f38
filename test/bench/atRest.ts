import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

/** How long the processors are watched at a time, in milliseconds. */
const watchMs = 500;

/** At rest they are busy for less than this share of it. */
const mostBusy = 0.1;

/** How often they are watched before it is given up. */
const mostLooks = 120;

/**
 * Resolves once this machine has nothing to do. A window that has just opened goes on for seconds, and what is measured meanwhile shares the
 * processors with that. @throws if there is no rest within a minute.
 */
export async function atRest(): Promise<void> {
  for (let look = 0; look < mostLooks; look += 1) {
    const before = times();
    await pause(watchMs);
    const after = times();
    if ((after.busy - before.busy) / (after.all - before.all) < mostBusy) {
      return;
    }
  }
  throw new Error('This machine is busy with something else, so nothing can be measured on it.');
}

/** How long all processors together were busy so far, and how long that was watched, in milliseconds. */
function times(): { readonly busy: number; readonly all: number } {
  let [busy, all] = [0, 0];
  for (const { times: spent } of cpus()) {
    const total = Object.values(spent).reduce((sum, ms) => sum + ms, 0);
    busy += total - spent.idle;
    all += total;
  }
  return { busy, all };
}
