import { setTimeout as pause } from 'node:timers/promises';

/** In milliseconds. In it the extension gets on. */
const pauseMs = 20;

/** Asks again and again, with short pauses. */
export async function untilTrue(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) {
    await pause(pauseMs);
  }
}
