import type { Clock } from './clock';

/** How far an answer's time may be from the reckoned one without being another, in milliseconds: it is in whole seconds, and was on its way. */
const toleranceMs = 2_000;

/**
 * What time it is at Forge. What Forge says of times is compared with this one: the clock of this machine may be minutes off.
 */
export class ForgeTime {
  private aheadMs = 0;

  constructor(private readonly clock: Clock) {}

  /** Milliseconds since 1970 by Forge's clock, as its last answer told; by that of this machine until one has. */
  now(): number {
    return this.clock.now() + this.aheadMs;
  }

  /** @param date what an answer that has just come says, in milliseconds since 1970; undefined where it says nothing */
  hear(date: number | undefined): void {
    if (date === undefined || Math.abs(date - this.now()) <= toleranceMs) {
      return;
    }
    const aheadMs = date - this.clock.now();
    this.aheadMs = Math.abs(aheadMs) <= toleranceMs ? 0 : aheadMs;
  }
}
