import type { Outcome } from './outcome';
import type { Waits } from './waits';

/** How a job went once. */
export interface Attempt {
  readonly code: number;
  /** What its tests came to; none where it ended without saying so. */
  readonly outcomes: readonly Outcome[];
  readonly waits: Waits;
  readonly seconds: number;
}
