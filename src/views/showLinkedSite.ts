import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import type { LateTree } from '../ui/lateTree';
import type { LinkedSites } from '../workspace/linkedSites';
import type { FleetNode } from './fleetNodes';
import type { FleetTree } from './fleetTree';

/**
 * Shows the window's own site in the tree, the first time that all of it has been read, and never again: not to somebody who has
 * chosen a row meanwhile.
 */
export function showLinkedSite(
  fleet: Fleet,
  linked: LinkedSites,
  tree: LateTree<FleetNode, FleetTree>,
): vscode.Disposable {
  let shown = false;
  const show = () => {
    const site = linked.entry;
    if (!shown && site && tree.view.visible && !fleet.isRefreshing) {
      shown = true;
      if (tree.view.selection.length > 0) {
        return;
      }
      // A row that has gone meanwhile is no loss.
      tree
        .get()
        .then((loaded) => loaded.show(site))
        .catch(() => undefined);
    }
  };
  return vscode.Disposable.from(
    fleet.onDidChange(show),
    linked.onDidChange(show),
    tree.view.onDidChangeVisibility(show),
  );
}
