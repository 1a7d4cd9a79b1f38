import * as vscode from 'vscode';
import type { Accounts } from '../account/accounts';
import { settings } from '../manifest';
import type { Fleet } from './fleet';

/** Somebody who shows what the fleet holds, and for whom it is therefore read. */
export interface Viewer {
  readonly isLooking: () => boolean;
  /** It may be looking now, or may have stopped. */
  readonly onDidChange: (listener: () => void) => Pick<vscode.Disposable, 'dispose'>;
}

/**
 * Reads the fleet for those who look, and anew when a person comes back to the window and what they see is older than
 * `forge.refreshInterval`. Without focus, or with nobody who looks, no request is made.
 */
export function autoRefresh(accounts: Accounts, fleet: Fleet, viewers: readonly Viewer[]): vscode.Disposable {
  const look = () => {
    const { triedAt } = fleet;
    const isOld = triedAt === undefined || Date.now() - triedAt >= refreshIntervalMs();
    if (vscode.window.state.focused && isOld && viewers.some(({ isLooking }) => isLooking())) {
      void fleet.refresh();
    }
  };
  void accounts.ready.then(look);
  return vscode.Disposable.from(
    accounts.onDidChange(look),
    vscode.window.onDidChangeWindowState(look),
    ...viewers.map(({ onDidChange }) => onDidChange(look)),
  );
}

function refreshIntervalMs(): number {
  const minutes = vscode.workspace.getConfiguration().get<number>(settings.refreshInterval);
  return (typeof minutes === 'number' && minutes >= 1 ? minutes : 5) * 60_000;
}
