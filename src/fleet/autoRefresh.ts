import type { Accounts } from '../account/accounts';
import { allOf, type Disposable } from '../forge/emitter';
import type { Focus } from '../ui/focus';
import type { Fleet } from './fleet';
import { leaseMs } from './takeLease';

/** Shows the fleet, so that it needs refreshing. */
export interface Viewer {
  readonly isLooking: () => boolean;
  /** It may have become visible, or hidden. */
  readonly onDidChange: (listener: () => void) => Disposable;
}

/** Pauses before an incomplete refresh is tried again, in milliseconds. */
const againMs = 15_000;

/**
 * Refreshes the fleet while it is visible: retries while Forge doesn't respond, and refreshes when a person returns to the window and
 * the data is older than `forge.refreshInterval`. Makes no requests while the window has no focus or the fleet is hidden.
 * @param refreshIntervalMs that setting, in milliseconds
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
    // Each failed attempt makes the next pause longer, unless it was left to another window.
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
  // While another window reads, this one follows, and takes over if that fails.
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

/** The pause after that many failed attempts, in milliseconds: never longer than the refresh interval. */
function pauseMs(attempts: number, intervalMs: number): number {
  return Math.min(againMs * 2 ** Math.max(0, attempts - 1), Math.max(againMs, intervalMs));
}
