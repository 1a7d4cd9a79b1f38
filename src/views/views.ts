import * as vscode from 'vscode';
import type { Accounts } from '../account/accounts';
import { autoRefresh } from '../fleet/autoRefresh';
import type { Favourites } from '../fleet/favourites';
import type { Fleet } from '../fleet/fleet';
import type { Logs } from '../logs/logs';
import { views } from '../manifest';
import type { Care } from '../operate/care';
import type { Focus } from '../ui/focus';
import type { Late } from '../ui/late';
import { LateTree } from '../ui/lateTree';
import type { Log } from '../ui/log';
import type { Memory } from '../ui/memory';
import { refreshIntervalMs } from '../ui/settings';
import type { Git } from '../workspace/git';
import type { LinkedSites } from '../workspace/linkedSites';
import type { FleetNode } from './fleetNodes';
import type { FleetTree } from './fleetTree';
import type { ResourceNode, ResourcesTree } from './resourcesTree';
import { showFleetState } from './showFleetState';
import { showLinkedSite } from './showLinkedSite';
import type { ShownDeployments } from './shownDeployments';
import { showRefresh } from './showRefresh';

/** What a window shows, and refreshing the fleet while any of it is on screen. */
export class Views implements vscode.Disposable {
  readonly tree: LateTree<FleetNode, FleetTree>;
  readonly resources: LateTree<ResourceNode, ResourcesTree>;
  private readonly disposables: vscode.Disposable;

  /** @param memory for this workspace */
  constructor(
    accounts: Accounts,
    fleet: Fleet,
    git: Git,
    linked: LinkedSites,
    shownDeployments: Late<ShownDeployments>,
    favourites: Favourites,
    care: Late<Care>,
    logs: Late<Logs>,
    memory: Memory,
    focus: Focus,
    log: Log,
  ) {
    this.tree = new LateTree(views.fleet, { showCollapseAll: true }, async (view) => {
      const [{ FleetTree: Tree }, { deployments }, { attention }] = await Promise.all([
        import('./fleetTree'),
        shownDeployments.get(),
        care.get(),
      ]);
      return new Tree(view, accounts, fleet, deployments, linked, attention, favourites, memory, log);
    });
    this.resources = new LateTree(views.resources, {}, async (view) => {
      const [{ resourcesTree }, tree] = await Promise.all([import('./resourcesTree'), this.tree.get()]);
      return resourcesTree(view, fleet, tree, git, focus);
    });
    const { view } = this.tree;
    const showDeployments = () => {
      shownDeployments.get().catch((error: unknown) => log.error('Deployments cannot be shown', error));
    };
    const viewers = [
      { isLooking: () => view.visible, onDidChange: view.onDidChangeVisibility },
      // The status bar is always on screen.
      { isLooking: () => linked.isOfInterest, onDidChange: linked.onDidChangeInterest },
      {
        isLooking: () => logs.now?.documents.isOpen ?? false,
        onDidChange: (look: () => void) => logs.onDidMake(({ documents }) => documents.onDidOpen(look)),
      },
    ];
    this.disposables = vscode.Disposable.from(
      this.tree,
      this.resources,
      fleet.onDidChangeDeployment(showDeployments),
      linked.onDidChange((entry) => entry && showDeployments()),
      showFleetState(fleet),
      showRefresh(views.fleet, fleet),
      showLinkedSite(fleet, linked, this.tree),
      autoRefresh(accounts, fleet, viewers, focus, refreshIntervalMs),
    );
  }

  dispose(): void {
    this.disposables.dispose();
  }
}
