import { mkdir, stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../forge/clock';
import type { Log } from '../ui/log';

/**
 * How long a lease outlives its window, how often a living window renews it, and how often one that waits for it asks again, in
 * milliseconds: the work of a window that has died is taken over within 15 s.
 */
export const leaseMs = { stale: 10_000, renew: 4_000, askAgain: 5_000 } as const;

/** How far in the future a lease's time may lie that is right, in milliseconds: some file systems know whole seconds only. */
const clockToleranceMs = 2_000;

/**
 * Takes a lease on a file that all windows know, so that only one of them does the work.
 * @returns what gives it back; undefined where another window holds it. A folder in which no lease can be had counts as
 * one without other windows. Never rejects.
 */
export async function takeLease(file: string, clock: Clock, log: Log): Promise<(() => Promise<void>) | undefined> {
  // Loaded with the first refresh: a window that reads nothing must not wait for it.
  const { lock } = await import('proper-lockfile');
  try {
    await mkdir(dirname(file), { recursive: true });
    const release = await lock(file, {
      realpath: false,
      stale: leaseMs.stale,
      update: leaseMs.renew,
      onCompromised: (error) => log.error('The lease of the fleet was lost', error),
    });
    // One that was lost meanwhile cannot be given back, and need not be.
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

/** Lets a lease that was left behind while the clock was ahead become stale from now on, not only when that time has come. */
async function ageFrom(lease: string, now: number): Promise<void> {
  try {
    if ((await stat(lease)).mtimeMs > now + clockToleranceMs) {
      await utimes(lease, now / 1000, now / 1000);
    }
  } catch {
    // It was given back in the same moment.
  }
}
