import type { Accounts } from '../account/accounts';
import { allOf, type Disposable } from '../forge/emitter';
import type { Focus } from '../ui/focus';
import type { Fleet } from './fleet';
import { leaseMs } from './takeLease';

/** Somebody who shows what the fleet holds, and for whom it is therefore read. */
export interface Viewer {
  readonly isLooking: () => boolean;
  /** It may be looking now, or may have stopped. */
  readonly onDidChange: (listener: () => void) => Disposable;
}

/** How long after a refresh that did not come to its end it is tried again, in milliseconds. */
const againMs = 15_000;

/**
 * Reads the fleet for those who look, again while Forge does not answer, and anew when a person comes back to the window and what they see is older than
 * `forge.refreshInterval`. Without focus, or with nobody who looks, no request is made.
 * @param refreshIntervalMs how old what is known may be, in milliseconds, by that setting
 */
export function autoRefresh(
  accounts: Pick<Accounts, 'ready' | 'onDidChange'>,
  fleet: Fleet,
  viewers: readonly Viewer[],
  focus: Focus,
  refreshIntervalMs: () => number,
): Disposable {
  const isLookedAt = () => focus.isFocused && viewers.some(({ isLooking }) => isLooking());
  const isOld = () =>
    fleet.lookedAt === undefined || Math.abs(fleet.clock.now() - fleet.lookedAt) >= refreshIntervalMs();
  const isUnfinished = () => fleet.isFailing || fleet.isLeftToAnother;
  let attempts = 0;
  const read = async () => {
    await fleet.refresh('visible', refreshIntervalMs());
    // Each attempt in vain makes the next pause longer, but for one that was left to another window.
    attempts = !isUnfinished() ? 0 : fleet.isLeftToAnother ? attempts : attempts + 1;
  };
  const look = async () => {
    if (viewers.some(({ isLooking }) => isLooking())) {
      await fleet.open();
    }
    if (isLookedAt() && isOld()) {
      await read();
    }
    again.wake();
  };
  // Where another window is at it, this one follows, and takes over when nothing comes of that.
  const pause = () => (fleet.isLeftToAnother ? leaseMs.askAgain : pauseMs(attempts, refreshIntervalMs()));
  const again = fleet.clock.every(
    () => (isUnfinished() && !fleet.isRefreshing && isLookedAt() ? pause() : undefined),
    () => (isUnfinished() && isLookedAt() ? read() : undefined),
  );
  void accounts.ready.then(look);
  return allOf(
    again,
    fleet.onDidChange(() => again.wake()),
    accounts.onDidChange(() => {
      void look();
      again.restart();
    }),
    focus.onDidChange(look),
    ...viewers.map(({ onDidChange }) => onDidChange(look)),
  );
}

/** The pause after so many attempts in vain, in milliseconds: never longer than what is known may be old anyway. */
function pauseMs(attempts: number, intervalMs: number): number {
  return Math.min(againMs * 2 ** Math.max(0, attempts - 1), Math.max(againMs, intervalMs));
}
