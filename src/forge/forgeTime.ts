import type { Clock } from './clock';

/** How far a response's time may be from the estimate and still agree with it, in milliseconds: it has whole seconds, and took time to arrive. */
const toleranceMs = 2_000;

/**
 * Forge's clock. Compare Forge's times with this one: this machine's clock may be minutes off.
 */
export class ForgeTime {
  private aheadMs = 0;

  constructor(private readonly clock: Clock) {}

  /** Milliseconds since 1970 by Forge's clock, according to its last response; by this machine's until there is one. */
  now(): number {
    return this.clock.now() + this.aheadMs;
  }

  /** @param date the date of a response that just arrived, in milliseconds since 1970; undefined if it has none */
  hear(date: number | undefined): void {
    if (date === undefined || Math.abs(date - this.now()) <= toleranceMs) {
      return;
    }
    const aheadMs = date - this.clock.now();
    this.aheadMs = Math.abs(aheadMs) <= toleranceMs ? 0 : aheadMs;
  }
}
