import { setTimeout as pause } from 'node:timers/promises';

/** Looks ten times a second until `look` gives something true, and resolves with that. Rejects after so many milliseconds. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  timeoutMs = 20_000,
): Promise<T> {
  const giveUpAt = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) {
      return found;
    }
    if (Date.now() > giveUpAt) {
      throw new Error(`Waited in vain for: ${what}`);
    }
    await pause(100);
  }
}
