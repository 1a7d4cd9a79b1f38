import * as vscode from 'vscode';
import type { Accounts } from '../account/accounts';
import type { Deployments } from '../deployments/deployments';
import { watchLinkedSites } from '../deployments/watchLinkedSites';
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
import { Arrangements } from './arrangement';
import type { FleetNode } from './fleetNodes';
import type { FleetTree } from './fleetTree';
import type { ResourceNode, ResourcesTree } from './resourcesTree';
import { showFleetState } from './showFleetState';
import { showLinkedSite } from './showLinkedSite';
import { showRefresh } from './showRefresh';
import { showRunning } from './showRunning';
import { showViewMessage } from './showViewMessage';
import { StatusBar } from './statusBar';

/** What a window shows, and refreshing the fleet while any of it is on screen. */
export class Views implements vscode.Disposable {
  readonly arrangements: Arrangements;
  readonly tree: LateTree<FleetNode, FleetTree>;
  readonly resources: LateTree<ResourceNode, ResourcesTree>;
  readonly statusBar: StatusBar;
  private readonly disposables: vscode.Disposable;

  /** @param memory for this workspace */
  constructor(
    accounts: Accounts,
    fleet: Fleet,
    git: Git,
    linked: LinkedSites,
    { history, tracker, codes }: Deployments,
    favourites: Favourites,
    care: Late<Care>,
    logs: Late<Logs>,
    memory: Memory,
    focus: Focus,
    log: Log,
  ) {
    const arrangements = new Arrangements(memory);
    this.arrangements = arrangements;
    this.tree = new LateTree(views.fleet, { showCollapseAll: true }, async (view) => {
      const [{ FleetTree: Tree }, { attention }] = await Promise.all([import('./fleetTree'), care.get()]);
      return new Tree(view, fleet, history, tracker, codes, linked, attention, arrangements, favourites, log);
    });
    this.resources = new LateTree(views.resources, {}, async (view) => {
      const [{ resourcesTree }, tree] = await Promise.all([import('./resourcesTree'), this.tree.get()]);
      return resourcesTree(view, fleet, tree, git, focus);
    });
    this.statusBar = new StatusBar(linked, codes, history, fleet);
    const { view } = this.tree;
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
      arrangements,
      this.tree,
      this.resources,
      this.statusBar,
      showFleetState(fleet),
      showRunning(tracker, view),
      showRefresh(views.fleet, fleet),
      showViewMessage(accounts, fleet, view, vscode.env.language),
      showLinkedSite(fleet, linked, this.tree),
      autoRefresh(accounts, fleet, viewers, focus, refreshIntervalMs),
      watchLinkedSites(fleet, linked, tracker, view, focus, log),
    );
  }

  dispose(): void {
    this.disposables.dispose();
  }
}
