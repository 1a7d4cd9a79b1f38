import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { Accounts } from './account/accounts';
import { manageAccounts, signOut } from './account/manageAccounts';
import { warnOfExpiry } from './account/warnOfExpiry';
import { browseDeployments } from './deployments/browseDeployments';
import { clearStuckDeployment } from './deployments/clearStuck';
import { compareDeployments, copyCommitHash, openCommit } from './deployments/commits';
import { copyDeployHook, regenerateDeployHook } from './deployments/deployHook';
import { DeploymentOutputs } from './deployments/deploymentOutputs';
import { Deployer } from './deployments/deploySite';
import { provideDeployTasks } from './deployments/deployTask';
import { DeploymentHistory } from './deployments/history';
import { preflight } from './deployments/preflight';
import { PushFollower } from './deployments/pushFollower';
import { setPushToDeploy } from './deployments/pushToDeploy';
import { tellEnd } from './deployments/tellEnd';
import { type DeploymentEnd, DeploymentTracker } from './deployments/tracker';
import { watchLinkedSites } from './deployments/watchLinkedSites';
import { FileEditing } from './files/fileEditing';
import { autoRefresh } from './fleet/autoRefresh';
import { Favourites } from './fleet/favourites';
import { Fleet } from './fleet/fleet';
import { pickServer, pickSite } from './fleet/pick';
import { RecentSites } from './fleet/recentSites';
import type { SiteEntry } from './fleet/rows';
import { Snapshots } from './fleet/snapshots';
import { Clock } from './forge/clock';
import type { Deployment } from './forge/resources';
import { readWithFleet } from './logs/absence';
import { DeploymentLogs } from './logs/deploymentLogs';
import { deploymentLogUri } from './logs/deploymentLogUri';
import { DeploymentProblems } from './logs/deploymentProblems';
import { readFailure } from './logs/failureIn';
import { LocalFiles } from './logs/localFiles';
import { LogColours } from './logs/logColours';
import { activeLog, clearLog, filterLog, showLogExceptions } from './logs/logCommands';
import { LogDocuments } from './logs/logDocuments';
import { LogFollower } from './logs/logFollower';
import { LogLinks } from './logs/logLinks';
import { LogStructure } from './logs/logStructure';
import { RemoteLogs } from './logs/remoteLogs';
import { ShownFilter } from './logs/showFilter';
import { LogChooser } from './logs/viewLog';
import { authenticationId, commands, logScheme, views } from './manifest';
import { openSsh } from './terminal/openSsh';
import { explain, PlainError } from './ui/explain';
import { inStatusBar } from './ui/inStatusBar';
import { Log } from './ui/log';
import { refreshIntervalMs } from './ui/refreshInterval';
import { registerCommand } from './ui/run';
import { watchFolder } from './ui/watchFolder';
import { windowFocus } from './ui/windowFocus';
import { arrange } from './views/arrange';
import { Arrangements } from './views/arrangement';
import type { FleetNode } from './views/fleetNodes';
import { FleetTree } from './views/fleetTree';
import { goToServer, goToSite } from './views/goTo';
import { showLinkedSite } from './views/showLinkedSite';
import { showRefresh } from './views/showRefresh';
import { showRunning } from './views/showRunning';
import { showSiteActions } from './views/siteActions';
import { copyIpAddress, copySiteName, openInForge, openSite, Targets } from './views/siteCommands';
import { StatusBar } from './views/statusBar';
import { showViewMessage } from './views/viewMessage';
import { showFleetState } from './views/welcome';
import { Git } from './workspace/git';
import { LinkedSites } from './workspace/linkedSites';
import { linkFolder } from './workspace/linkFolder';
import { SiteCodes } from './workspace/siteCodes';
import { windowFolders } from './workspace/windowFolders';

/** What the integration suite looks at. Only there under test. */
export interface Services {
  readonly clock: Clock;
  /** What is kept in all windows, and in this workspace. */
  readonly memories: readonly vscode.Memento[];
  readonly accounts: Accounts;
  readonly fleet: Fleet;
  readonly snapshots: Snapshots;
  readonly tracker: DeploymentTracker;
  readonly deployer: Deployer;
  readonly history: DeploymentHistory;
  readonly editing: FileEditing;
  readonly linked: LinkedSites;
  readonly codes: SiteCodes;
  readonly pushes: PushFollower;
  readonly arrangements: Arrangements;
  readonly favourites: Favourites;
  readonly tree: FleetTree;
  readonly statusBar: StatusBar;
  readonly logDocuments: LogDocuments;
  readonly logFollower: LogFollower;
  readonly shownFilter: ShownFilter;
  readonly remoteLogs: RemoteLogs;
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
  const accounts = new Accounts(context.secrets, context.globalState, process.env, userAgent, clock, log);
  const snapshots = new Snapshots(join(context.globalStorageUri.fsPath, 'fleet'), clock, log);
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
    { ask: preflight, isProposed: (site) => linked.isNamed(site), saying: inStatusBar },
    log,
  );
  const logDocuments = new LogDocuments(clock);
  const outputs = new DeploymentOutputs(fleet, tracker);
  const logs = new DeploymentLogs(logDocuments, fleet, tracker, outputs, log);
  const remoteLogs = new RemoteLogs(logDocuments, fleet, log);
  const logFollower = new LogFollower(logDocuments, clock);
  const shownFilter = new ShownFilter(logDocuments, remoteLogs);
  const logChooser = new LogChooser(logDocuments, remoteLogs, fleet);
  const localFiles = new LocalFiles(fleet, git, linked);
  const logStructure = new LogStructure(logDocuments);
  // Somebody else's deployment is told of only where this window is about its site.
  const isToldHere = ({ own, site }: DeploymentEnd) => own || isOfInterest(site.key);
  const problems = new DeploymentProblems(tracker, fleet, linked, outputs, localFiles, isToldHere, log);
  const editing = new FileEditing(fleet, recent, linked, context.globalState, log);
  const arrangements = new Arrangements(context.workspaceState);
  const favourites = new Favourites(context.globalState);
  const tree = new FleetTree(views.fleet, fleet, history, tracker, codes, linked, arrangements, favourites, log);
  const statusBar = new StatusBar(linked, codes, history, fleet);
  const targets = new Targets(fleet, recent, linked);

  const command = <Arguments extends unknown[]>(id: string, body: (...args: Arguments) => unknown) =>
    registerCommand(id, body, log);
  const onSite = (title: string, body: (site: SiteEntry) => unknown) => async (node?: FleetNode) => {
    const site = await targets.site(node, title);
    return site && body(site);
  };

  /** A row of the tree, else a deployment that is picked of a site that is. */
  const onDeployment =
    (title: string, body: (site: SiteEntry, deployment: Deployment) => unknown) => async (node?: FleetNode) => {
      const site = await targets.site(node, title);
      const deployment =
        node?.kind === 'deployment' ? node.deployment : site && (await browseDeployments(history, site, title));
      return site && deployment && body(site, deployment);
    };

  /** On the .env that is in front, or whose editor's button was clicked; else as on any site. */
  const onEnvironment = (title: string, body: (site: SiteEntry) => unknown) => (on?: FleetNode | vscode.Uri) => {
    const isNode = on !== undefined && 'kind' in on;
    const site = isNode ? undefined : editing.siteOf(on ?? vscode.window.activeTextEditor?.document.uri);
    return site ? body(site) : onSite(title, body)(isNode ? on : undefined);
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
    logDocuments,
    outputs,
    logs,
    readWithFleet(logDocuments, fleet),
    logFollower,
    editing,
    new LogColours(logDocuments),
    shownFilter,
    problems,
    vscode.languages.registerDocumentLinkProvider({ scheme: logScheme }, new LogLinks(localFiles)),
    vscode.languages.registerFoldingRangeProvider({ scheme: logScheme }, logStructure),
    vscode.languages.registerDocumentSymbolProvider({ scheme: logScheme }, logStructure),
    tree,
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
        { isLooking: () => logDocuments.isOpen, onDidChange: logDocuments.onDidOpen },
      ],
      windowFocus,
      refreshIntervalMs,
    ),
    showLinkedSite(fleet, linked, tree),
    watchLinkedSites(fleet, linked, tracker, tree.treeView, windowFocus, log),
    tracker.onDidEnd((end) => {
      if (isToldHere(end)) {
        void tellEnd(end, (site, { id }) => readFailure(outputs, site, id), userAgent, log);
      }
    }),
    command(commands.signIn, () => accounts.signIn()),
    command(commands.signOut, () => signOut(accounts)),
    command(commands.manageAccounts, () => manageAccounts(accounts)),
    command(commands.showLog, () => log.show()),
    command(commands.refresh, async () => {
      await fleet.ready;
      history.renew();
      await fleet.refresh('user');
    }),
    command(
      commands.deploySite,
      onSite(l10n.t('Deploy Site'), (site) => deployer.isStarting(site) || deployer.deploySite(site)),
    ),
    command(commands.viewDeploymentLog, async (node?: FleetNode) => {
      const site = await targets.site(node, l10n.t('View Deployment Log'));
      const deployment = node?.kind === 'deployment' ? node.deployment : site?.site.latestDeployment;
      if (site && !deployment) {
        throw new PlainError(l10n.t('{0} was never deployed.', site.site.name));
      }
      return site && deployment && logDocuments.show(deploymentLogUri(site, deployment));
    }),
    provideDeployTasks(fleet, linked, deployer, tracker, outputs, log),
    command(
      commands.browseDeployments,
      onSite(l10n.t('Deployment History'), async (site) => {
        const picked = await browseDeployments(history, site, l10n.t('Deployments of {0}', site.site.name));
        return picked && logDocuments.show(deploymentLogUri(site, picked));
      }),
    ),
    command(
      commands.showMoreDeployments,
      onSite(l10n.t('Show More Deployments'), (site) => history.more(site)),
    ),
    command(
      commands.compareDeployments,
      onDeployment(l10n.t('Compare with Another Deployment'), async (site, deployment) => {
        const title = l10n.t('Compare with Another Deployment');
        const other = await browseDeployments(history, site, title, deployment);
        return other && compareDeployments(git, site, [deployment, other]);
      }),
    ),
    command(
      commands.openCommit,
      onDeployment(l10n.t('Open Commit'), (site, deployment) => openCommit(git, site, deployment)),
    ),
    command(
      commands.copyCommitHash,
      onDeployment(l10n.t('Copy Commit Hash'), (_, deployment) => copyCommitHash(deployment)),
    ),
    command(
      commands.enablePushToDeploy,
      onSite(l10n.t('Turn On Push to Deploy'), (site) => setPushToDeploy(fleet, site, true)),
    ),
    command(
      commands.disablePushToDeploy,
      onSite(l10n.t('Turn Off Push to Deploy'), (site) => setPushToDeploy(fleet, site, false)),
    ),
    command(
      commands.clearStuckDeployment,
      onSite(l10n.t('Clear Stuck Deployment'), (site) => clearStuckDeployment(fleet, history, site)),
    ),
    command(commands.copyDeployHook, onSite(l10n.t('Copy Deploy Hook'), copyDeployHook)),
    command(commands.regenerateDeployHook, onSite(l10n.t('Replace Deploy Hook'), regenerateDeployHook)),
    command(commands.viewLog, (node?: FleetNode) => {
      const row = node && targets.present(node);
      return row?.kind === 'server'
        ? logChooser.ofServer(row)
        : onSite(l10n.t('View Log'), (site) => logChooser.ofSite(site))(node);
    }),
    command(commands.viewServerLog, async () => {
      const server = await pickServer(fleet, recent, linked, l10n.t('View Server Log'));
      return server && logChooser.ofServer(server);
    }),
    command(commands.followLog, () => logFollower.follow(activeLog(logDocuments).log)),
    command(commands.stopFollowingLog, () => logFollower.stop(activeLog(logDocuments).log)),
    command(commands.filterLog, () => filterLog(logDocuments, remoteLogs)),
    command(commands.showLogExceptions, () => showLogExceptions(logDocuments)),
    command(commands.clearLog, () => clearLog(logDocuments, fleet)),
    command(commands.dismissProblems, (siteKey?: string) => problems.dismiss(siteKey)),
    command(commands.linkFolder, () =>
      linkFolder(() => pickSite(fleet, recent, linked, l10n.t('Link Folder to Site'))),
    ),
    command(commands.goToSite, () => goToSite(fleet, recent, linked, tree)),
    command(commands.goToServer, () => goToServer(fleet, recent, linked, tree)),
    command(commands.openSsh, (node?: FleetNode) => {
      const row = node && targets.present(node);
      return row?.kind === 'server' ? openSsh(row) : onSite(l10n.t('Open SSH Terminal'), openSsh)(node);
    }),
    command(commands.arrange, () => arrange(arrangements)),
    command(
      commands.addFavourite,
      onSite(l10n.t('Add to Favourites'), ({ key }) => favourites.add(key)),
    ),
    command(
      commands.removeFavourite,
      onSite(l10n.t('Remove from Favourites'), ({ key }) => favourites.remove(key)),
    ),
    command(commands.openSite, onSite(l10n.t('Open Site'), openSite)),
    command(commands.copySiteName, onSite(l10n.t('Copy Site Name'), copySiteName)),
    command(commands.openInForge, (node?: FleetNode) =>
      node ? openInForge(targets.present(node)) : onSite(l10n.t('Open in Forge'), openInForge)(),
    ),
    command(commands.copyIpAddress, (node?: FleetNode) =>
      node ? copyIpAddress(targets.present(node)) : onSite(l10n.t('Copy IP Address'), copyIpAddress)(),
    ),
    command(commands.openFile, (node?: FleetNode) => {
      const row = node && targets.present(node);
      return row?.kind === 'server'
        ? editing.openFile(row)
        : onSite(l10n.t('Open File'), (site) => editing.openFile(site))(node);
    }),
    command(
      commands.openEnvironment,
      onSite(l10n.t('Open .env'), (site) => editing.openEnvironment(site)),
    ),
    command(commands.allowEditing, (uri?: vscode.Uri) => editing.allowEditing(uri)),
    command(commands.showValues, () => editing.showValues(true)),
    command(commands.hideValues, () => editing.showValues(false)),
    command(commands.showValue, () => editing.showValue()),
    command(
      commands.compareWithLocal,
      onEnvironment(l10n.t('Compare .env with Local'), (site) => editing.compareWithLocal(site)),
    ),
    command(
      commands.compareWithSite,
      onEnvironment(l10n.t('Compare .env with Another Site'), (site) => editing.compareWithSite(site)),
    ),
    command(
      commands.addMissingKeys,
      onEnvironment(l10n.t('Add Missing Keys to .env'), (site) => editing.addMissingKeys(site)),
    ),
    command(
      commands.setValue,
      onEnvironment(l10n.t('Set Value of a Key in .env'), (site) => editing.setValue(site)),
    ),
    command(
      commands.cacheConfiguration,
      onSite(l10n.t('Run php artisan config:cache'), (site) => editing.cacheConfiguration(site)),
    ),
    command(commands.restartNginx, async (node?: FleetNode) => {
      const row = node && targets.present(node);
      const server = row?.kind === 'server' ? row : await pickServer(fleet, recent, linked, l10n.t('Restart Nginx'));
      return server && editing.restartNginx(server);
    }),
    command(commands.showSiteActions, async () => {
      const site = linked.entry ?? (await targets.site(undefined, l10n.t('Laravel Forge')));
      return site && showSiteActions(site, linked);
    }),
  );
  void git.start();

  return context.extensionMode === vscode.ExtensionMode.Test
    ? {
        clock,
        memories: [context.globalState, context.workspaceState],
        accounts,
        fleet,
        snapshots,
        tracker,
        deployer,
        history,
        editing,
        linked,
        codes,
        pushes,
        arrangements,
        favourites,
        tree,
        statusBar,
        logDocuments,
        logFollower,
        shownFilter,
        remoteLogs,
        explain,
      }
    : undefined;
}
