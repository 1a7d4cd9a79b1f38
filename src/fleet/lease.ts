import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Log } from '../ui/log';

/** How long a lease outlives its window, in milliseconds, and how often a living window renews it. */
const staleMs = 15_000;
const renewMs = 5_000;

/**
 * Takes a lease on a file that all windows know, so that only one of them does the work.
 * @returns what gives it back; undefined where another window holds it. A folder in which no lease can be had counts as
 * one without other windows. Never rejects.
 */
export async function takeLease(file: string, log: Log): Promise<(() => Promise<void>) | undefined> {
  // Loaded with the first refresh: a window that reads nothing must not wait for it.
  const { lock } = await import('proper-lockfile');
  try {
    await mkdir(dirname(file), { recursive: true });
    const release = await lock(file, {
      realpath: false,
      stale: staleMs,
      update: renewMs,
      onCompromised: (error) => log.error('The lease of the fleet was lost', error),
    });
    // One that was lost meanwhile cannot be given back, and need not be.
    return () => release().catch(() => undefined);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOCKED') {
      return undefined;
    }
    log.error('There is no lease to be had on the fleet', error);
    return async () => undefined;
  }
}
