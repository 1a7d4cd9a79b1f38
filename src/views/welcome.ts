import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import { contextKeys } from '../manifest';
import { explain } from '../ui/explain';

/**
 * Keeps the context key for the welcome content, and the line above the tree that tells when what is shown could not be
 * renewed.
 */
export function showFleetState(fleet: Fleet, view: Pick<vscode.TreeView<unknown>, 'message'>): vscode.Disposable {
  let told: string | undefined;
  const tell = () => {
    const { state, error, refreshedAt } = fleet;
    if (state !== told) {
      told = state;
      void vscode.commands.executeCommand('setContext', contextKeys.state, state);
    }
    // VS Code shows the welcome content only where there is no message.
    const message = error && state === 'ready' ? explain(error).sentence : undefined;
    const since =
      refreshedAt === undefined
        ? ''
        : new Intl.DateTimeFormat(vscode.env.language, { timeStyle: 'short' }).format(refreshedAt);
    view.message =
      !message || since === '' ? (message ?? '') : `${message} ${vscode.l10n.t('Last read at {0}.', since)}`;
  };
  // Not told at once: before it is known who is signed in there is nothing to say, and the first command costs 15 ms.
  return fleet.onDidChange(tell);
}
