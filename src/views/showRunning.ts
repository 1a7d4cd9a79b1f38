import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import type { DeploymentTracker } from '../deployments/deploymentTracker';

/** Shows the number of running deployments on the view's icon, even while the view is hidden. */
export function showRunning(
  tracker: DeploymentTracker,
  view: Pick<vscode.TreeView<unknown>, 'badge'>,
): vscode.Disposable {
  const count = () => {
    const value = tracker.count;
    if ((view.badge?.value ?? 0) !== value) {
      const tooltip = value === 1 ? l10n.t('1 deployment is running') : l10n.t('{0} deployments are running', value);
      view.badge = value === 0 ? undefined : { value, tooltip };
    }
  };
  count();
  return tracker.onDidChangeCount(count);
}
