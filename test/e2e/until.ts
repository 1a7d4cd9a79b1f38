import { setTimeout as pause } from 'node:timers/promises';
import { noteWait } from '../run/waits';

/** How long a step may take on a slow machine, in milliseconds. */
export const patienceMs = 60_000;

/** How long the effect of an attempt is usually waited for, in milliseconds. */
const betweenAttemptsMs = 2_000;

/** After how many tries a step is stubborn: what is on screen then tells why. */
const stubbornTries = 10;

let tellStubborn: (what: string) => Promise<void> = async () => undefined;

/** Sets what is done where a step has been tried that often. */
export function watchStubborn(tell: (what: string) => Promise<void>): void {
  tellStubborn = tell;
}

/** The pauses between looks, in milliseconds: short at first, since most of what is waited for comes at once. */
const pauseAfter = (looks: number) => Math.min(100, 20 * looks);

/** Looks several times a second until `look` gives something true, and resolves with that. Rejects after so many milliseconds. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  timeoutMs = patienceMs,
): Promise<T> {
  const giveUpAt = Date.now() + timeoutMs;
  let looks = 0;
  try {
    for (;;) {
      looks += 1;
      const found = await look();
      if (found !== undefined && found !== false) {
        return found;
      }
      if (Date.now() > giveUpAt) {
        throw new Error(`Waited in vain for: ${what}`);
      }
      await pause(pauseAfter(looks));
    }
  } finally {
    noteWait('until', what, looks);
  }
}

/**
 * Does something until its effect is seen. A busy window loses a click, and a list that is drawn anew moves a row from
 * under the pointer: a person who sees nothing happen does it again. Only for what may be done twice without harm.
 * @param attempt does it once; one that fails is one without effect.
 * @param isDone whether the effect is there.
 * @param effectMs how long the effect of an attempt is waited for before the next one, in milliseconds.
 */
export async function insist(
  what: string,
  attempt: () => Promise<unknown>,
  isDone: () => Promise<boolean>,
  effectMs = betweenAttemptsMs,
): Promise<void> {
  const giveUpAt = Date.now() + patienceMs;
  let tries = 0;
  try {
    for (;;) {
      tries += 1;
      const failure = await attempt().then(
        () => undefined,
        (error: unknown) => error,
      );
      const tryAgainAt = Date.now() + (failure === undefined ? effectMs : betweenAttemptsMs);
      let looks = 0;
      do {
        if (await isDone()) {
          return;
        }
        looks += 1;
        await pause(pauseAfter(looks));
      } while (Date.now() < tryAgainAt);
      if (Date.now() > giveUpAt) {
        throw new Error(`Tried in vain: ${what}`, { cause: failure });
      }
      if (tries === stubbornTries) {
        await tellStubborn(what);
      }
    }
  } finally {
    noteWait('insist', what, tries);
  }
}
