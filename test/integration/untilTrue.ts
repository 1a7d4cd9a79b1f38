import { setTimeout as pause } from 'node:timers/promises';

/** Asks again and again, with pauses in which the extension gets on, in milliseconds. */
const pauseMs = 20;

export async function untilTrue(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) {
    await pause(pauseMs);
  }
}
