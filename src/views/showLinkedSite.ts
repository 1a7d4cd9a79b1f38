import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import type { LateTree } from '../ui/lateTree';
import type { LinkedSites } from '../workspace/linkedSites';
import type { FleetNode } from './fleetNodes';
import type { FleetTree } from './fleetTree';

/**
 * Selects the window's site in the tree once, as soon as all sites are loaded, unless the user has selected a row.
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
      // The row may be gone; then there is nothing to show.
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
