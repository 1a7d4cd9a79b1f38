import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import { contextKeys } from '../manifest';
import { explain } from '../ui/explain';
import { relativeTime } from '../ui/relativeTime';

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
    const message = error && (state === 'ready' || state === 'failed') ? explain(error).sentence : undefined;
    const age = refreshedAt === undefined ? undefined : relativeTime(refreshedAt, Date.now(), vscode.env.language);
    const aged = message && state === 'ready' && age ? `${message} ${vscode.l10n.t('Shown as of {0}.', age)}` : message;
    view.message = aged ?? '';
  };
  // Not told at once: before it is known who is signed in there is nothing to say, and the first command costs 15 ms.
  return fleet.onDidChange(tell);
}
