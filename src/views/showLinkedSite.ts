import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import { contextKeys } from '../manifest';
import type { LateTree } from '../ui/lateTree';
import type { LinkedSites } from '../workspace/linkedSites';
import type { FleetNode } from './fleetNodes';
import type { FleetTree } from './fleetTree';

/**
 * Selects the window's site in the tree once, as soon as all sites are loaded, unless the user has selected a row. Sets the context key
 * for the walkthrough.
 */
export function showLinkedSite(
  fleet: Fleet,
  linked: LinkedSites,
  tree: LateTree<FleetNode, FleetTree>,
): vscode.Disposable {
  let shown = false;
  let known = false;
  const show = () => {
    const site = linked.entry;
    if (!known && linked.roots.length > 0) {
      known = true;
      void vscode.commands.executeCommand('setContext', contextKeys.folderHasSite, true);
    }
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
