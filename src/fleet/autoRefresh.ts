import * as vscode from 'vscode';
import type { Accounts } from '../account/accounts';
import { settings } from '../manifest';
import type { Fleet } from './fleet';

/**
 * Reads the fleet when somebody has signed in, and anew when a person comes back to the window or to the tree and what
 * they see is older than `forge.refreshInterval`. Nothing is read while nobody looks.
 */
export function autoRefresh(
  accounts: Accounts,
  fleet: Fleet,
  view: Pick<vscode.TreeView<unknown>, 'visible' | 'onDidChangeVisibility'>,
): vscode.Disposable {
  const lookAgain = () => {
    const isOld = fleet.refreshedAt === undefined || Date.now() - fleet.refreshedAt >= refreshIntervalMs();
    if (vscode.window.state.focused && view.visible && isOld) {
      void fleet.refresh();
    }
  };
  void accounts.ready.then(() => fleet.refresh());
  return vscode.Disposable.from(
    accounts.onDidChange(() => void fleet.refresh()),
    view.onDidChangeVisibility(lookAgain),
    vscode.window.onDidChangeWindowState(lookAgain),
  );
}

function refreshIntervalMs(): number {
  const minutes = vscode.workspace.getConfiguration().get<number>(settings.refreshInterval);
  return (typeof minutes === 'number' && minutes >= 1 ? minutes : 5) * 60_000;
}
