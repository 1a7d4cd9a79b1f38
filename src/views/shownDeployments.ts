import * as vscode from 'vscode';
import type { DeployTalk } from '../deployments/deployer';
import { Deployments } from '../deployments/deployments';
import { watchLinkedSites } from '../deployments/watchLinkedSites';
import type { Fleet } from '../fleet/fleet';
import type { RecentSites } from '../fleet/recentSites';
import { DeploymentProblems } from '../logs/deploymentProblems';
import type { LocalFiles } from '../logs/localFiles';
import { tellEnds } from '../logs/tellEnds';
import type { Focus } from '../ui/focus';
import type { Late } from '../ui/late';
import type { Log } from '../ui/log';
import type { Memory } from '../ui/memory';
import type { Git } from '../workspace/git';
import type { LinkedSites } from '../workspace/linkedSites';
import { showRunning } from './showRunning';
import { StatusBar } from './statusBar';

/** What shows the deployments in a window, and its site: the status bar, the number on the view's icon, the Problems view, notifications. */
export class ShownDeployments implements vscode.Disposable {
  readonly deployments: Deployments;
  readonly statusBar: StatusBar;
  readonly problems: DeploymentProblems;
  private readonly disposables: vscode.Disposable;

  /** @param memories of all windows, and of this workspace */
  constructor(
    fleet: Fleet,
    git: Git,
    linked: LinkedSites,
    recent: RecentSites,
    localFiles: Late<LocalFiles>,
    view: vscode.TreeView<unknown>,
    memories: { readonly everywhere: Memory; readonly here: Memory },
    focus: Focus,
    userAgent: string,
    log: Log,
  ) {
    const hints: DeployTalk['hints'] = async (entry, code, options) =>
      (await import('../operate/deployHints')).deployHints(entry, code, memories.everywhere, options, log);
    this.deployments = new Deployments(fleet, git, linked, recent, memories.here, focus, hints, log);
    const { codes, history, outputs, tracker } = this.deployments;
    this.statusBar = new StatusBar(linked, codes, history, fleet);
    this.problems = new DeploymentProblems(tracker, fleet, linked, outputs, localFiles, log);
    this.disposables = vscode.Disposable.from(
      this.deployments,
      this.statusBar,
      this.problems,
      showRunning(tracker, view),
      tellEnds(this.deployments, userAgent, log),
      watchLinkedSites(fleet, linked, tracker, view, focus, log),
    );
    // Whatever ended before is told, too.
    tracker.findAll();
  }

  dispose(): void {
    this.disposables.dispose();
  }
}
