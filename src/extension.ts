import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { Accounts } from './account/accounts';
import { SignOuts } from './account/signOuts';
import { warnOfExpiry } from './account/warnOfExpiry';
import type { CommandParts } from './commands';
import { Deployer } from './deployments/deployer';
import { DeploymentHistory } from './deployments/deploymentHistory';
import { DeploymentOutputs } from './deployments/deploymentOutputs';
import { type DeploymentEnd, DeploymentTracker } from './deployments/deploymentTracker';
import { provideDeployTasks } from './deployments/provideDeployTasks';
import { PushFollower } from './deployments/pushFollower';
import { watchLinkedSites } from './deployments/watchLinkedSites';
import { autoRefresh } from './fleet/autoRefresh';
import { Favourites } from './fleet/favourites';
import { Fleet } from './fleet/fleet';
import { RecentSites } from './fleet/recentSites';
import { Snapshots } from './fleet/snapshots';
import { Clock } from './forge/clock';
import { DeploymentProblems } from './logs/deploymentProblems';
import { authenticationId, fileScheme, logScheme, views } from './manifest';
import { explain } from './ui/explain';
import { Late } from './ui/late';
import { LateFiles } from './ui/lateFiles';
import { LateTree } from './ui/lateTree';
import { Log } from './ui/log';
import { registerCommands } from './ui/run';
import { whileSaying } from './ui/say';
import { refreshIntervalMs } from './ui/settings';
import { watchFolder } from './ui/watchFolder';
import { windowFocus } from './ui/windowFocus';
import { Arrangements } from './views/arrangement';
import { FleetTree } from './views/fleetTree';
import type { ResourceNode, ResourcesTree } from './views/resourcesTree';
import { showFleetState } from './views/showFleetState';
import { showLinkedSite } from './views/showLinkedSite';
import { showRefresh } from './views/showRefresh';
import { showRunning } from './views/showRunning';
import { showViewMessage } from './views/showViewMessage';
import { StatusBar } from './views/statusBar';
import { Git } from './workspace/git';
import { LinkedSites } from './workspace/linkedSites';
import { SiteCodes } from './workspace/siteCodes';
import { windowFolders } from './workspace/windowFolders';

/** What the integration suite looks at. Only there under test. */
export interface Services extends CommandParts {
  readonly clock: Clock;
  /** What is kept in all windows, and in this workspace. */
  readonly memories: readonly vscode.Memento[];
  readonly snapshots: Snapshots;
  readonly tracker: DeploymentTracker;
  readonly codes: SiteCodes;
  readonly pushes: PushFollower;
  readonly statusBar: StatusBar;
  /** What a person is told of an error. It knows an error by its class, hence the extension's own. */
  readonly explain: typeof explain;
}

/** Builds the services, in the order in which they stand on each other, and registers the commands. */
export function activate(context: vscode.ExtensionContext): Services | undefined {
  if (vscode.l10n.bundle) {
    l10n.config({ contents: vscode.l10n.bundle });
  }
  const channel = vscode.window.createOutputChannel('Laravel Forge', { log: true });
  const log = new Log(channel);
  const { version } = context.extension.packageJSON as { readonly version: string };
  const userAgent = `vscode-laravel-forge/${version}`;

  const clock = new Clock();
  const { fsPath: storage } = context.globalStorageUri;
  const signOuts = new SignOuts(join(storage, 'sign-outs'), watchFolder, context.globalState, windowFocus, log);
  const accounts = new Accounts(context.secrets, context.globalState, process.env, userAgent, signOuts, clock, log);
  const snapshots = new Snapshots(join(storage, 'fleet'), clock, log);
  const fleet = new Fleet(accounts, snapshots, watchFolder, clock, log);
  const recent = new RecentSites(context.globalState, context.workspaceState);
  const git = new Git(clock);
  const linked = new LinkedSites(fleet, git, recent, windowFolders);
  const history = new DeploymentHistory(fleet);
  const codes = new SiteCodes(git, linked, history, fleet);
  const isOfInterest = (siteKey: string) => linked.entries.some(({ key }) => key === siteKey);
  const tracker = new DeploymentTracker(fleet, history, isOfInterest, context.workspaceState, windowFocus, log);
  const pushes = new PushFollower(codes, fleet, tracker, log);
  const deployer = new Deployer(
    fleet,
    tracker,
    pushes,
    git,
    codes,
    recent,
    {
      ask: async (...question) => (await import('./deployments/preflight')).preflight(...question),
      isProposed: (site) => linked.isNamed(site),
      saying: whileSaying,
    },
    log,
  );
  const outputs = new DeploymentOutputs(fleet, tracker);
  const localFiles = new Late(async () => new (await import('./logs/localFiles')).LocalFiles(fleet, git, linked));
  const logs = new Late(async () => {
    const { Logs } = await import('./logs/logs');
    return new Logs(fleet, tracker, outputs, await localFiles.get(), log);
  });
  // Somebody else's deployment is told of only where this window is about its site.
  const isToldHere = ({ own, site }: DeploymentEnd) => own || isOfInterest(site.key);
  const editing = new Late(async () => {
    const { FileEditing } = await import('./files/fileEditing');
    return new FileEditing(fleet, recent, linked, context.globalState, log);
  });
  const problems = new DeploymentProblems(tracker, fleet, linked, outputs, localFiles, isToldHere, log);
  const arrangements = new Arrangements(context.workspaceState);
  const favourites = new Favourites(context.globalState);
  const tree = new FleetTree(views.fleet, fleet, history, tracker, codes, linked, arrangements, favourites, log);
  const resourcesView: LateTree<ResourceNode> = new LateTree(views.resources, () => resources.get());
  const resources: Late<ResourcesTree> = new Late(async () => {
    const { resourcesTree } = await import('./views/resourcesTree');
    return resourcesTree(resourcesView.view, fleet, tree, git);
  });
  const statusBar = new StatusBar(linked, codes, history, fleet);
  const services: Services = {
    clock,
    memories: [context.globalState, context.workspaceState],
    accounts,
    fleet,
    recent,
    snapshots,
    git,
    tracker,
    deployer,
    history,
    editing,
    linked,
    codes,
    pushes,
    problems,
    arrangements,
    favourites,
    tree,
    resources,
    statusBar,
    logs,
    log,
    explain,
  };
  context.subscriptions.push(
    channel,
    accounts,
    vscode.authentication.registerAuthenticationProvider(authenticationId, 'Laravel Forge', accounts, {
      supportsMultipleAccounts: true,
    }),
    fleet,
    recent,
    git,
    linked,
    codes,
    tracker,
    history,
    pushes,
    outputs,
    logs,
    new LateFiles(logScheme, async () => (await logs.get()).documents, { isReadonly: true }),
    editing,
    new LateFiles(fileScheme, async () => (await editing.get()).files),
    problems,
    tree,
    resourcesView,
    resources,
    statusBar,
    showFleetState(fleet),
    arrangements,
    favourites,
    showRunning(tracker, tree.treeView),
    showRefresh(views.fleet, fleet),
    showViewMessage(accounts, fleet, tree.treeView, vscode.env.language),
    warnOfExpiry(accounts, context.globalState, clock),
    autoRefresh(
      accounts,
      fleet,
      [
        { isLooking: () => tree.treeView.visible, onDidChange: tree.treeView.onDidChangeVisibility },
        // The status bar, which is always on screen.
        {
          isLooking: () => linked.isOfInterest,
          onDidChange: linked.onDidChangeInterest,
        },
        {
          isLooking: () => logs.now?.documents.isOpen ?? false,
          onDidChange: (look) => logs.onDidMake(({ documents }) => documents.onDidOpen(look)),
        },
      ],
      windowFocus,
      refreshIntervalMs,
    ),
    showLinkedSite(fleet, linked, tree),
    watchLinkedSites(fleet, linked, tracker, tree.treeView, windowFocus, log),
    tracker.onDidEnd(async (end) => {
      if (isToldHere(end)) {
        const { tellEnd } = await import('./deployments/tellEnd');
        const { readFailure } = await import('./logs/failureIn');
        await tellEnd(end, (site, { id }) => readFailure(outputs, site, id), userAgent, log);
      }
    }),
    provideDeployTasks(accounts, fleet, linked, deployer, tracker, outputs, log),
    ...registerCommands(
      async () => (await import('./commands')).commandTable(services),
      context.extension.packageJSON,
      log,
    ),
  );
  void git.start();

  return context.extensionMode === vscode.ExtensionMode.Test ? services : undefined;
}
