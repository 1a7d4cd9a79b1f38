import * as vscode from 'vscode';
import type { LinkedSite } from '../workspace/linkedSite';
import type { FleetTree } from './fleetTree';

/** Shows the window's own site in the tree the first time that both are there, and never again: the person moves on. */
export function showLinkedSite(linked: LinkedSite, tree: FleetTree): vscode.Disposable {
  let shown = false;
  const show = () => {
    const site = linked.entry;
    if (!shown && site && tree.treeView.visible) {
      shown = true;
      // A row that has gone meanwhile is no loss.
      tree.show(site).catch(() => undefined);
    }
  };
  return vscode.Disposable.from(linked.onDidChange(show), tree.treeView.onDidChangeVisibility(show));
}
