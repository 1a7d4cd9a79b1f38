import { mkdir, stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../forge/clock';
import type { Log } from '../ui/log';

/**
 * How long a lease outlives its window, how often a live window renews it, and how often a waiting one tries again, in
 * milliseconds: another window takes over the work of a dead one within 15 s.
 */
export const leaseMs = { stale: 10_000, renew: 4_000, askAgain: 5_000 } as const;

/** How far in the future a valid lease's time may be, in milliseconds: some file systems store whole seconds only. */
const clockToleranceMs = 2_000;

/**
 * Takes a lease on a file shared by all windows, so that only one of them does the work.
 * @returns a function that releases it; undefined if another window holds it. If the folder doesn't support leases, acts as
 * if there were no other windows. Never rejects.
 */
export async function takeLease(file: string, clock: Clock, log: Log): Promise<(() => Promise<void>) | undefined> {
  // Loaded with the first refresh, so that a window that reads nothing starts faster.
  const { default: lockfile } = await import('proper-lockfile');
  try {
    await mkdir(dirname(file), { recursive: true });
    const release = await lockfile.lock(file, {
      realpath: false,
      stale: leaseMs.stale,
      update: leaseMs.renew,
      onCompromised: (error) => log.error('The lease of the fleet was lost', error),
    });
    // A lost lease can't be released, and needn't be.
    return () => release().catch(() => undefined);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOCKED') {
      await ageFrom(`${file}.lock`, clock.now());
      return undefined;
    }
    log.error('There is no lease to be had on the fleet', error);
    return async () => undefined;
  }
}

/** Makes a lease that was left behind while the clock was ahead go stale from now on, instead of when that time comes. */
async function ageFrom(lease: string, now: number): Promise<void> {
  try {
    if ((await stat(lease)).mtimeMs > now + clockToleranceMs) {
      await utimes(lease, now / 1000, now / 1000);
    }
  } catch {
    // It was released at the same moment.
  }
}
